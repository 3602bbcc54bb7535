"""Sends messages through exchanges and queues of the transport in memory, with serialisers by name."""

WHEELS = ("kombu==5.5.4",)


def run() -> str:
    import socket

    from kombu import Connection, Consumer, Exchange, Producer, Queue, serialization
    from kombu.exceptions import ContentDisallowed
    from kombu.pools import producers
    from kombu.transport import TRANSPORT_ALIASES, get_transport_cls
    from kombu.utils.imports import symbol_by_name

    serialization.register("reversed", lambda text: text[::-1], lambda text: text[::-1], "text/reversed", "utf-8")
    media = Exchange("media", "topic", durable=False)
    video, everything = Queue("video", media, routing_key="video.#"), Queue("all", media, routing_key="#")
    lines = []

    def got(body, message):
        lines.append(f"{message.delivery_info['routing_key']} {message.content_type} {body!r}")
        message.ack()

    with Connection("memory://") as connection:
        channel = connection.channel()
        producer = Producer(channel, media, serializer="json")
        for queue in (video, everything):
            queue(channel).declare()
        producer.publish({"n": 1}, routing_key="video.short")
        producer.publish({"n": 2}, routing_key="audio", compression="zlib")
        producer.publish("abc", routing_key="video.x.y", serializer="reversed")
        producer.publish({"n": {1}}, routing_key="pickled", serializer="pickle")
        accept = ["json", "reversed", "pickle"]
        with Consumer(channel, [video, everything], callbacks=[got], accept=accept):
            for _ in range(6):
                connection.drain_events(timeout=1)
        with producers[connection].acquire(block=True) as pooled:
            pooled.publish("x", exchange=media, routing_key="later", serializer="pickle")
        with Consumer(channel, [everything], callbacks=[got], accept=["json"]):
            try:
                connection.drain_events(timeout=1)
            except ContentDisallowed as error:
                lines.append(str(error))
        simple = connection.SimpleQueue("simple")
        simple.put({"a": 1})
        lines.append(str(simple.get(timeout=1).payload))
        simple.close()
        try:
            connection.drain_events(timeout=0.01)
        except socket.timeout:
            lines.append("empty")
        lines.append(f"{connection.as_uri()} {connection.transport.driver_type}")
    lines.append(f"{get_transport_cls('memory').__name__} {TRANSPORT_ALIASES['memory']}")
    lines.append(symbol_by_name("kombu.transport.memory:Transport").__name__)
    lines.append(symbol_by_name("memory", TRANSPORT_ALIASES).__name__)
    lines.append(repr(video))
    return "\n".join(lines)
