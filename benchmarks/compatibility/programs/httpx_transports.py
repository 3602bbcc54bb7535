"""Sends requests to transports of its own and to an application, blocking and with asyncio."""

import asyncio
import json

WHEELS = ("httpx==0.28.1",)


def run() -> str:
    import httpx

    def handler(request):
        if request.url.path == "/jump":
            return httpx.Response(301, headers={"location": "/x"})
        if request.url.path == "/slow":
            raise httpx.ReadTimeout("too slow", request=request)
        return httpx.Response(200, json={"path": request.url.path, "body": request.content.decode()})

    lines = []
    with httpx.Client(
        transport=httpx.MockTransport(handler), base_url="http://test", follow_redirects=True
    ) as client:
        answer = client.get("/jump")
        lines += [str(answer.json()), repr(answer.history)]
        lines.append(client.post("/p", data={"a": "1"}, files={"f": ("n.txt", b"x")}).json()["path"])
        try:
            client.get("/slow")
        except httpx.TimeoutException as error:
            lines.append(f"{type(error).__name__}: {error}")
        request = client.build_request("PUT", "/q", params={"a": [1, 2]}, headers={"X-Y": "z"}, json={"b": 1})
        lines += [str(request.url), repr(request.headers["x-y"]), client.send(request).text]

    async def app(scope, receive, send):
        await receive()
        await send(
            {"type": "http.response.start", "status": 201, "headers": [(b"x-path", scope["path"].encode())]}
        )
        await send({"type": "http.response.body", "body": json.dumps(scope["method"]).encode()})

    async def live():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as client:
            answers = await asyncio.gather(*(client.get(f"/{n}") for n in range(3)))
            return [(a.status_code, a.headers["x-path"], a.json()) for a in answers]

    lines.append(str(asyncio.run(live())))

    def wsgi(environ, start):
        start("200 OK", [("Content-Type", "text/plain")])
        return [environ["PATH_INFO"].encode()]

    with httpx.Client(transport=httpx.WSGITransport(wsgi), base_url="http://w") as client:
        lines.append(client.get("/wsgi").text)

    class Auth(httpx.Auth):
        def auth_flow(self, request):
            request.headers["X-Token"] = "1"
            yield request

    with httpx.Client(
        transport=httpx.MockTransport(lambda r: httpx.Response(200, text=r.headers["x-token"])), auth=Auth()
    ) as client:
        lines.append(client.get("http://a").text)
    lines.append(repr(httpx.URL("https://ü.example/pa th?q=1#f")))
    lines.append(httpx.Response(404, request=httpx.Request("GET", "http://a")).reason_phrase)
    return "\n".join(lines)
