"""Schedules jobs named by reference, stores them pickled, and runs them in threads; two schedulers."""

import datetime
import threading

WHEELS = ("apscheduler==3.11.0", "schedule==1.2.2")

done: list = []
event = threading.Event()


def work(name, times=1):
    done.append(name * times)
    event.set()


def run() -> str:
    import schedule
    from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.jobstores.memory import MemoryJobStore
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.combining import OrTrigger
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger
    from apscheduler.util import obj_to_ref, ref_to_obj

    lines = []
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore(), "other": {"type": "memory"}},
        executors={"default": {"type": "threadpool", "max_workers": 2}, "more": ThreadPoolExecutor(1)},
        timezone="UTC",
    )
    seen = threading.Event()
    scheduler.add_listener(
        lambda e: (done.append(type(e).__name__), seen.set()), EVENT_JOB_EXECUTED | EVENT_JOB_ERROR
    )
    when = datetime.datetime(2030, 2, 28, 12, tzinfo=datetime.timezone.utc)
    scheduler.add_job(
        "apscheduler_jobs:work", "cron", args=["x"], kwargs={"times": 2}, hour="*/6", day="last", id="by-name"
    )
    scheduler.add_job(work, "date", args=["now"], id="now", executor="more", jobstore="other")
    scheduler.start()
    event.wait(10)
    seen.wait(10)
    job = scheduler.get_job("by-name")
    lines += [str(job.trigger), job.name, str(scheduler.get_job("now"))]
    job.modify(max_instances=3)
    scheduler.pause_job("by-name")
    lines.append(str(scheduler.get_job("by-name").next_run_time))
    job.func(*job.args, **job.kwargs)
    state = job.__getstate__()
    lines += [str(ref_to_obj(state["func"]) is work), str(ref_to_obj(obj_to_ref(work)) is work)]
    scheduler.shutdown()
    lines += [str(done)]
    trigger = OrTrigger(
        [CronTrigger.from_crontab("0 9 * * mon-fri", timezone="UTC"), IntervalTrigger(days=2, start_date=when)]
    )
    moment, moments = None, []
    for _ in range(4):
        moment = trigger.get_next_fire_time(moment, (moment or when) + datetime.timedelta(seconds=1))
        moments.append(moment.isoformat())
    lines += moments
    calls = []
    plan = schedule.Scheduler()
    plan.every(2).hours.do(calls.append, "a").tag("t")
    plan.every().monday.at("10:30").do(calls.append, "b")
    plan.run_all()
    lines += [str(calls), str(len(plan.get_jobs("t"))), repr(plan.jobs[0].interval), str(plan.jobs[1].at_time)]
    try:
        schedule.every().day.at("99:99")
    except schedule.ScheduleError as error:
        lines.append(str(error))
    return "\n".join(lines)
