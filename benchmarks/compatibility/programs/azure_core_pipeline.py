"""Runs a pipeline of policies over a transport of its own; a part of a package that distributions share."""

import asyncio

WHEELS = ("azure-core==1.35.1",)


def run() -> str:
    from azure.core import CaseInsensitiveEnumMeta, MatchConditions, PipelineClient
    from azure.core.configuration import Configuration
    from azure.core.credentials import AzureKeyCredential
    from azure.core.exceptions import HttpResponseError, ResourceNotFoundError, map_error
    from azure.core.paging import ItemPaged
    from azure.core.pipeline import AsyncPipeline, Pipeline
    from azure.core.pipeline.policies import AzureKeyCredentialPolicy, HeadersPolicy, RetryPolicy, SansIOHTTPPolicy
    from azure.core.pipeline.transport import HttpRequest, HttpTransport
    from azure.core.polling import LROPoller, NoPolling
    from azure.core.rest import HttpRequest as RestRequest
    from azure.core.serialization import NULL
    from azure.core.settings import settings

    lines = []

    class Response:
        def __init__(self, request, status):
            self.request, self.status_code, self.headers = request, status, {"x": "y"}
            self.reason, self.content_type = "because", "text/plain"

        def text(self, encoding=None):
            return f"{self.request.method} {sorted(self.request.headers.items())}"

    class Fixed(HttpTransport):
        def __init__(self):
            self.statuses = [503, 200, 404]

        def open(self):
            pass

        def close(self):
            pass

        def __exit__(self, *_):
            pass

        def send(self, request, **_):
            return Response(request, self.statuses.pop(0))

    class Noting(SansIOHTTPPolicy):
        def on_request(self, request):
            lines.append(f"to {request.http_request.url}")

        def on_response(self, request, response):
            lines.append(f"got {response.http_response.status_code}")

    policies = [
        HeadersPolicy({"a": "b"}),
        RetryPolicy(retry_backoff_factor=0),
        Noting(),
        AzureKeyCredentialPolicy(AzureKeyCredential("k"), "key"),
    ]
    transport = Fixed()
    with Pipeline(transport, policies) as pipeline:
        lines.append(pipeline.run(HttpRequest("GET", "http://host/x?y=1")).http_response.text())
        response = pipeline.run(HttpRequest("PUT", "http://host/z")).http_response
        try:
            map_error(404, response, {404: ResourceNotFoundError})
        except HttpResponseError as error:
            lines.append(f"{type(error).__name__} {error.status_code} {error.reason}")
    client = PipelineClient("http://base/{p}", config=Configuration(), pipeline=pipeline)
    lines.append(client.format_url("q", p="r"))
    lines.append(repr(RestRequest("POST", "http://h", json={"a": 1})))
    paged = ItemPaged(
        lambda token: (int(token or 0) + 1, [int(token or 0)]),
        lambda page: (str(page[0]) if page[0] < 3 else None, page[1]),
    )
    lines.append(str(list(paged)))
    lines.append(str(LROPoller(None, "first", lambda r: r * 2, NoPolling()).result()))

    class Async(SansIOHTTPPolicy):
        pass

    class Live:
        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            pass

        async def send(self, request, **_):
            return Response(request, 201)

    async def live():
        async with AsyncPipeline(Live(), [Async()]) as many:
            return (await many.run(HttpRequest("GET", "http://a"))).http_response.status_code

    lines.append(str(asyncio.run(live())))
    import enum

    class Kind(str, enum.Enum, metaclass=CaseInsensitiveEnumMeta):
        ONE = "one"

    lines += [str(Kind["oNe"].value), str(bool(NULL)), MatchConditions.IfModified.name, str(settings.log_level())]
    return "\n".join(lines)
