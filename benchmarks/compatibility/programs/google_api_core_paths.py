"""Uses a part of a package that several distributions share: retries, path templates, pages, exceptions."""

WHEELS = ("google-api-core==2.26.0",)


def run() -> str:
    import google.protobuf
    from google.api_core import exceptions, page_iterator, path_template, protobuf_helpers, retry
    from google.api_core.client_options import ClientOptions, from_dict
    from google.api_core.datetime_helpers import DatetimeWithNanoseconds
    from google.api_core.iam import Policy
    from google.protobuf import struct_pb2

    lines = [path_template.expand("projects/*/names/{name=**}", "p", name="a/b")]
    lines.append(str(path_template.validate("v1/*/x", "v1/a/x")))
    calls = []

    @retry.Retry(
        predicate=retry.if_exception_type(exceptions.ServiceUnavailable), initial=0.001, maximum=0.002, timeout=5
    )
    def flaky():
        calls.append(1)
        if len(calls) < 3:
            raise exceptions.ServiceUnavailable("busy")
        return "done"

    lines += [flaky(), str(len(calls))]
    error = exceptions.from_http_status(404, "gone")
    lines += [str(error), type(error).__name__, str(isinstance(error, exceptions.ClientError))]

    def fetch(**kwargs):
        token = kwargs["query_params"].get("pageToken", "0")
        number = int(token)
        return {"items": [number, number + 1], **({"nextPageToken": str(number + 2)} if number < 4 else {})}

    pages = page_iterator.HTTPIterator(None, fetch, "/x", lambda iterator, item: item * 10)
    lines.append(str(list(pages)))
    lines.append(
        repr(from_dict({"api_endpoint": "e", "scopes": ["s"]}).api_endpoint)
        + str(ClientOptions().quota_project_id)
    )
    lines.append(DatetimeWithNanoseconds.from_rfc3339("2024-02-29T01:02:03.123456789Z").rfc3339())
    policy = Policy()
    policy.bindings = [{"role": "r", "members": {"user:a"}}]
    lines.append(str(policy.to_api_repr()))
    struct = struct_pb2.Struct()
    struct.update({"a": 1})
    lines.append(str(protobuf_helpers.check_oneof(a=None, b=1)) + str(struct["a"]))
    lines.append(str("protobuf" in google.protobuf.__name__))
    return "\n".join(lines)
