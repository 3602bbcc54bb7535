"""Queues jobs that a worker finds by their dotted names, on a Redis in memory."""

WHEELS = ("rq==3.0.0", "fakeredis==2.40.0")


def added(a, b=1):
    return a + b


def failing():
    raise ValueError("no")


class Holder:
    def method(self, n):
        return n * 10


def run() -> str:
    import logging

    from fakeredis import FakeStrictRedis
    from rq import Queue, SimpleWorker
    from rq.job import Job

    logging.disable(logging.CRITICAL)
    connection = FakeStrictRedis()
    queue = Queue("demo", connection=connection)
    one = queue.enqueue(added, 2, b=5)
    two = queue.enqueue(f"{__name__}.added", 3)
    three = queue.enqueue(failing)
    four = queue.enqueue(Holder().method, 4)
    five = queue.enqueue("math.sqrt", 16)
    lines = [
        one.func_name,
        two.func_name,
        one.description,
        four.func_name,
    ]
    SimpleWorker([queue], connection=connection).work(burst=True)
    for job in (one, two, three, four, five):
        done = Job.fetch(job.id, connection=connection)
        result = done.latest_result()
        lines.append(f"{done.get_status()} {done.return_value()}")
        if result and result.exc_string:
            lines.append(result.exc_string.strip().splitlines()[-1])
    lines.append(str(Job.fetch(one.id, connection=connection).func is added))
    logging.disable(logging.NOTSET)
    return "\n".join(lines)
