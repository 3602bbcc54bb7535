"""Talks to a server on the loopback: sessions, redirects, cookies, uploads, hooks and an adapter of its own."""

import http.server
import json
import pickle
import threading

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.models import Response

WHEELS = ("requests==2.32.5",)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/jump":
            self.send_response(302)
            self.send_header("Location", "/landed?x=1")
            self.send_header("Set-Cookie", "k=v; Path=/")
            self.end_headers()
            return
        self.answer()

    def answer(self):
        size = int(self.headers.get("Content-Length", 0))
        kept = {name: self.headers[name] for name in ("Authorization", "Cookie", "X-A") if name in self.headers}
        data = json.dumps([self.command, self.path, kept, self.rfile.read(size).decode()], sort_keys=True).encode()
        self.send_response(500 if self.path == "/bad" else 200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


class Fixed(BaseAdapter):
    def send(self, request, **_):
        response = Response()
        response.status_code, response.url, response._content, response.request = (
            203,
            request.url,
            b"fixed",
            request,
        )
        return response

    def close(self):
        pass


def run() -> str:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    lines = []
    with requests.Session() as session:
        session.trust_env = False
        session.headers["X-A"] = "1"
        answer = session.get(
            f"{base}/jump", hooks={"response": lambda r, **_: lines.append(f"hook {r.status_code}")}
        )
        lines += [str(answer.json()), str([r.status_code for r in answer.history]), str(dict(session.cookies))]
        lines.append(str(session.post(f"{base}/p", json={"a": [1]}, auth=HTTPBasicAuth("u", "p")).json()))
        lines.append(str(session.put(f"{base}/q", data={"a": "ü"}, params={"z": [1, 2]}).json()))
        try:
            session.get(f"{base}/bad").raise_for_status()
        except requests.HTTPError as error:
            lines.append(str(error).replace(base, ""))
        session.mount("own://", Fixed())
        lines.append(session.get("own://x/y").text)
        session.mount(base, HTTPAdapter(max_retries=1))
        lines.append(str(pickle.loads(pickle.dumps(session)).headers["X-A"]))
        with session.get(f"{base}/s", stream=True) as streamed:
            lines.append(str(sum(map(len, streamed.iter_content(4))) == int(streamed.headers["content-length"])))
    server.shutdown()
    server.server_close()
    try:
        requests.get("nonsense")
    except requests.exceptions.MissingSchema as error:
        lines.append(str(error))
    lines.append(f"{requests.codes.teapot} {requests.packages.urllib3.util.Retry(3).total}")
    try:
        requests.get("http://127.0.0.1:9/", timeout=1)
    except requests.ConnectionError as error:
        lines.append(type(error).__name__)
    return "\n".join(lines)
