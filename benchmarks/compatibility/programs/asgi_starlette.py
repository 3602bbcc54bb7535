"""Serves an application with routes, middleware, sockets and background tasks to its test client."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import HTMLResponse, JSONResponse, StreamingResponse
from starlette.routing import Mount, Route, WebSocketRoute

WHEELS = ("starlette==0.48.0",)
NEEDS = ("httpx==0.28.1", "itsdangerous==2.2.0", "python-multipart==0.0.20", "jinja2==3.1.6")

events: list[str] = []


async def home(request):
    request.session["seen"] = request.session.get("seen", 0) + 1
    return JSONResponse(
        {"query": dict(request.query_params), "seen": request.session["seen"]},
        background=BackgroundTask(events.append, "background"),
    )


async def item(request):
    form = await request.form()
    return HTMLResponse(f"{request.path_params['id']} {dict(form)} {request.url_for('item', id=3).path}")


async def stream(request):
    async def parts():
        for number in range(3):
            yield f"{number};"

    return StreamingResponse(parts(), media_type="text/plain")


async def socket(websocket):
    await websocket.accept()
    text = await websocket.receive_text()
    await websocket.send_json({"echo": text})
    await websocket.close()


async def broken(request):
    raise ValueError("handled")


def run() -> str:
    import jinja2
    from starlette.templating import Jinja2Templates
    from starlette.testclient import TestClient

    templates = Jinja2Templates(
        env=jinja2.Environment(loader=jinja2.DictLoader({"a": "{{ url_for('home') }} {{ x }}"}))
    )

    async def page(request):
        return templates.TemplateResponse(request, "a", {"x": 1})

    async def handler(request, error):
        return JSONResponse({"error": str(error)}, status_code=418)

    app = Starlette(
        routes=[
            Route("/", home),
            Mount("/sub", routes=[Route("/item/{id:int}", item, methods=["POST"], name="item")], name=None),
            Route("/stream", stream),
            Route("/broken", broken),
            Route("/page", page),
            WebSocketRoute("/ws", socket),
        ],
        middleware=[Middleware(SessionMiddleware, secret_key="x"), Middleware(GZipMiddleware, minimum_size=1)],
        exception_handlers={ValueError: handler},
    )
    lines = []
    with TestClient(app) as client:
        for method, path, more in (
            ("GET", "/?a=1", {}),
            ("GET", "/", {}),
            ("POST", "/sub/item/7", {"data": {"k": "v"}}),
            ("GET", "/sub/item/x", {}),
            ("GET", "/stream", {}),
            ("GET", "/broken", {}),
            ("GET", "/page", {}),
            ("DELETE", "/", {}),
        ):
            response = client.request(method, path, **more)
            lines.append(f"{response.status_code} {response.headers['content-type']} {response.text}")
        with client.websocket_connect("/ws") as session:
            session.send_text("hi")
            lines.append(str(session.receive_json()))
    return "\n".join(lines + events)
