"""Routes requests, renders its own templates, and loads an application by its dotted name."""

import io

import bottle
from bottle import (
    Bottle,
    HTTPResponse,
    SimpleTemplate,
    abort,
    load,
    load_app,
    redirect,
    request,
    response,
    template,
)

WHEELS = ("bottle==0.13.4",)

app = Bottle()


@app.route("/hello/<name:re:[a-z]+>")
def hello(name):
    response.set_header("X-Name", name)
    return template("Hello {{name}}!\\\\\n% for n in range(count):\n {{n}}\n% end", name=name, count=2)


@app.post("/form")
def form():
    return {"got": request.forms.get("a"), "json": request.json}


@app.get("/gone")
def gone():
    redirect("/hello/you")


@app.get("/denied")
def denied():
    abort(401, "denied")


@app.error(404)
def missing(error):
    return f"nothing at {request.path}"


@app.hook("after_request")
def after():
    response.headers["X-After"] = "yes"


def call(application, path, method="GET", body=b"", kind="application/x-www-form-urlencoded"):
    seen = {}
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": kind,
    }
    parts = application(
        environ, lambda status, headers, exc_info=None: seen.update(status=status, headers=headers)
    )
    text = b"".join(parts).decode()
    kept = sorted(h for h in seen["headers"] if h[0] in ("X-Name", "X-After", "Location", "Content-Type"))
    return f"{seen['status']} {kept} {text[:200]}"


def run() -> str:
    bottle.debug(False)
    lines = [
        call(app, "/hello/ann"),
        call(app, "/hello/123"),
        call(app, "/form", "POST", b"a=b"),
        call(app, "/form", "POST", b'{"x": 1}', "application/json"),
        call(app, "/gone"),
        call(app, "/denied"),
    ]
    lines.append(f"{load('bottle:SimpleTemplate').__name__} {load('bottle') is bottle}")
    loaded = load_app("bottle_application:app")
    lines.append(str(loaded is app))
    lines.append(SimpleTemplate("{{!x}} {{x}} % y\n%include('z', x=1)", lookup=[]).source[:8])
    app.mount("/sub", lambda environ, start: (start("200 OK", []), [b"mounted"])[1])
    lines.append(call(app, "/sub/x"))
    lines.append(bottle.__version__)
    lines.append(str(HTTPResponse("x", 201).status_line))
    return "\n".join(lines)
