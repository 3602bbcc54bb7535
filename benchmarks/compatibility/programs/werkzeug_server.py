"""Routes requests, serves them on the loopback from a thread, and hashes passwords."""

import threading
import urllib.request

WHEELS = ("werkzeug==3.1.3",)


def run() -> str:
    import logging

    from werkzeug.datastructures import Accept, Headers, ImmutableMultiDict
    from werkzeug.exceptions import HTTPException, NotFound
    from werkzeug.http import dump_cookie, parse_options_header
    from werkzeug.local import LocalProxy, LocalStack
    from werkzeug.middleware.dispatcher import DispatcherMiddleware
    from werkzeug.middleware.shared_data import SharedDataMiddleware
    from werkzeug.routing import BaseConverter, Map, Rule, Submount
    from werkzeug.security import check_password_hash, generate_password_hash
    from werkzeug.serving import make_server
    from werkzeug.test import Client
    from werkzeug.utils import import_string, secure_filename
    from werkzeug.wrappers import Request, Response

    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    class Even(BaseConverter):
        regex = r"\d*[02468]"
        to_python = int

    urls = Map(
        [Rule("/", endpoint="home"), Submount("/n", [Rule("/<even:n>", endpoint="number", methods=["GET"])])],
        converters={"even": Even},
    )

    @Request.application
    def application(request):
        try:
            endpoint, values = urls.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return error
        return Response(f"{endpoint} {values} {request.args.to_dict()}", headers={"X-Own": "1"})

    static = SharedDataMiddleware(application, {"/static": ("werkzeug", "debug/shared")})
    client = Client(DispatcherMiddleware(static, {"/sub": application}))
    lines = []
    for path in ("/?a=1", "/n/4", "/n/3", "/sub/n/8", "/static/style.css", "/static/none"):
        response = client.get(path)
        lines.append(f"{response.status_code} {response.content_type} {response.get_data(as_text=True)[:60]}")
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/n/2?q=x") as answer:
        lines.append(f"{answer.status} {answer.headers['X-Own']} {answer.read().decode()}")
    server.shutdown()
    thread.join()
    server.server_close()
    hashed = generate_password_hash("secret", method="pbkdf2:sha256:1000")
    lines.append(str(check_password_hash(hashed, "secret")))
    stack = LocalStack()
    stack.push({"a": 1})
    lines += [str(LocalProxy(stack)["a"]), secure_filename("../../etc/pass wd")]
    lines.append(import_string("werkzeug.exceptions:NotFound").__name__ + str(NotFound().code))
    lines.append(str(import_string("werkzeug.utils.secure_filename")("x y")))
    lines += [dump_cookie("k", "v", path="/", httponly=True), str(parse_options_header('a/b; c="d"'))]
    lines += [str(Accept([("a/b", 0.5), ("c/d", 1)]).best), str(Headers({"a": ["1", "2"]}).getlist("A"))]
    lines.append(repr(ImmutableMultiDict([("a", 1), ("a", 2)])))
    return "\n".join(lines)
