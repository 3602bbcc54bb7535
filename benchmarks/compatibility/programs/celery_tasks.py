"""Runs tasks eagerly: chains, groups, chords, retries, signatures by name and configuration by dotted name."""

WHEELS = ("celery==5.5.3",)

task_always_eager = True
task_store_eager_result = False
result_backend = "cache+memory://"


def run() -> str:
    from celery import Celery, Task, chain, chord, group, shared_task, signature
    from celery.exceptions import MaxRetriesExceededError
    from celery.schedules import crontab
    from celery.signals import task_prerun, task_success

    app = Celery("demo", broker="memory://", backend="cache+memory://")
    app.config_from_object("celery_tasks")
    lines = []

    class Counted(Task):
        def on_success(self, retval, task_id, args, kwargs):
            lines.append(f"success {self.name} {retval}")

    @app.task(base=Counted)
    def add(x, y):
        return x + y

    @app.task(name="demo.total")
    def total(numbers):
        return sum(numbers)

    @app.task(bind=True, max_retries=2, default_retry_delay=0)
    def flaky(self):
        try:
            raise ValueError("again")
        except ValueError as error:
            raise self.retry(exc=error, countdown=0) from error

    @shared_task
    def shared(x):
        return x * 2

    task_prerun.connect(lambda task=None, **_: lines.append(f"before {task.name}"), weak=False)
    task_success.connect(lambda sender=None, **_: lines.append(f"after {sender.name}"), weak=False)
    lines.append(str(add.delay(2, 3).get()))
    lines.append(str(chain(add.s(1, 2), add.s(4), shared.s())().get()))
    lines.append(str(group(add.s(n, n) for n in range(3))().get()))
    lines.append(str(chord([add.s(1, 1), add.s(2, 2)])(total.s()).get()))
    try:
        flaky.delay().get()
    except (ValueError, MaxRetriesExceededError) as error:
        lines.append(f"{type(error).__name__} {error}")
    lines.append(str(signature("demo.total", args=([1, 2],), app=app).apply().get()))
    lines.append(str(sorted(name for name in app.tasks if not name.startswith("celery."))))
    lines.append(str(sorted(name for name in app.tasks if name.startswith("celery."))))
    lines.append(repr(crontab(minute="*/15", hour=3)))
    lines.append(str(add.s(1, 2) | total.s()))
    lines.append(f"{app.conf.task_always_eager} {app.loader.__class__.__name__} {type(app.backend).__name__}")
    lines.append(app.main)
    from celery.bin.celery import celery as command

    lines.append(str(sorted(command.commands)[:6]))
    return "\n".join(lines)
