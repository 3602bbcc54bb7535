"""Loads WSGI applications by a configuration file: entry points, and factories by their dotted names."""

WHEELS = ("PasteDeploy==3.1.0", "WebTest==3.0.7", "WebOb==1.8.11")


def factory(global_conf, **local_conf):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [f"{sorted(local_conf.items())} {global_conf.get('base')} {environ['PATH_INFO']}".encode()]

    return app


def upper(global_conf):
    def filter(app):
        def wrapped(environ, start_response):
            return [part.upper() for part in app(environ, start_response)]

        return wrapped

    return filter


def run() -> str:
    import os

    from paste.deploy import appconfig, loadapp
    from webob import Request, Response
    from webob.dec import wsgify
    from webtest import TestApp

    with open("app.ini", "w") as file:
        file.write(
            f"""
[DEFAULT]
base = here
[app:main]
paste.app_factory = {__name__}:factory
one = 1
[filter:loud]
paste.filter_factory = {__name__}:upper
[pipeline:piped]
pipeline = loud main
[app:called]
use = call:{__name__}:factory
two = 2
[filter:prefix]
use = egg:PasteDeploy#prefix
prefix = /pre
[pipeline:prefixed]
pipeline = prefix main
[composite:both]
use = egg:PasteDeploy#nothing
"""
        )
    place = f"config:{os.path.abspath('app.ini')}"
    lines = []
    for name in ("main", "piped", "called", "prefixed"):
        try:
            app = TestApp(loadapp(place, name))
            lines.append(app.get("/pre/x").text)
        except Exception as error:
            lines.append(f"{type(error).__name__}: {error}")
    try:
        loadapp(place, "both")
    except LookupError as error:
        lines.append(str(error).replace(os.getcwd(), "."))
    lines.append(str(sorted(appconfig(place, "main").items())).replace(os.getcwd(), "."))

    @wsgify
    def form(request):
        return Response(
            f"<form action='/x' method='post'><input name='a' value='{request.params.get('a', 'v')}'></form>"
        )

    app = TestApp(form)
    page = app.get("/")
    page.form["a"] = "changed"
    lines.append(page.form.submit().text)
    lines.append(str(Request.blank("/?a=1").GET.items().__class__.__name__))
    return "\n".join(lines)
