"""Serves its own objects over a connection within the process, by references and by value."""

WHEELS = ("rpyc==6.0.2", "plumbum==2.0.2")


def run() -> str:
    import threading
    import time

    import rpyc
    from rpyc.utils.server import ThreadedServer

    class Service(rpyc.Service):
        exposed_words = ["a", "b"]

        def on_connect(self, connection):
            self.seen = []

        def exposed_called(self, callback, n):
            return callback(n) + 1

        def exposed_fails(self):
            raise Own("lost")

        def exposed_made(self):
            return Thing(4)

    lines = []
    connection = rpyc.connect_thread(remote_service=Service)
    root = connection.root
    lines.append(str(root.called(lambda n: n * 10, 3)))
    lines.append(str(list(root.words)))
    lines.append(root.get_service_name())
    thing = root.made()
    lines.append(f"{type(thing).__name__} {thing.exposed_n if hasattr(thing, 'exposed_n') else ''}")
    try:
        root.fails()
    except Exception as error:
        lines.append(f"{type(error).__name__} {error.args}")
    connection.close()
    server = ThreadedServer(Service, hostname="127.0.0.1", port=0)
    thread = threading.Thread(target=server.start, daemon=True)
    thread.start()
    while not server.active:
        time.sleep(0.01)
    client = rpyc.connect("127.0.0.1", server.port)
    asked = rpyc.async_(client.root.called)
    result = asked(lambda n: n, 1)
    result.wait()
    lines.append(str(result.value))
    client.close()
    server.close()
    thread.join()
    return "\n".join(lines)


class Own(Exception):
    pass


class Thing:
    def __init__(self, n):
        self.exposed_n = n
