"""Signs requests and serves tokens by flows of both versions, with a validator of its own."""

WHEELS = ("oauthlib==3.3.1",)
NEEDS = ("blinker==1.9.0",)


def run() -> str:
    import json
    import logging

    from oauthlib import common, oauth1
    from oauthlib.oauth2 import (
        BackendApplicationServer,
        LegacyApplicationClient,
        RequestValidator,
        WebApplicationClient,
    )
    from oauthlib.oauth2.rfc6749.errors import MissingCodeError, OAuth2Error
    from oauthlib.signals import scope_changed
    from oauthlib.uri_validate import is_uri

    logging.getLogger("oauthlib").setLevel(logging.CRITICAL)
    client = oauth1.Client(
        "key", client_secret="secret", nonce="1", timestamp="2", signature_method=oauth1.SIGNATURE_HMAC_SHA256
    )
    uri, headers, body = client.sign(
        "http://example.org/x?a=1",
        http_method="POST",
        body={"b": "2 3"},
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    lines = [uri, headers["Authorization"], str(body)]

    class Validator(RequestValidator):
        def authenticate_client(self, request, *args, **kwargs):
            request.client = type("Client", (), {"client_id": request.client_id})()
            return request.client_id == "me"

        def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
            return grant_type == "client_credentials"

        def get_default_scopes(self, client_id, request, *args, **kwargs):
            return ["read"]

        def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs):
            return set(scopes) <= {"read", "write"}

        def save_bearer_token(self, token, request, *args, **kwargs):
            lines.append(f"saved {token['scope']}")

    server = BackendApplicationServer(Validator(), token_generator=lambda request: "token")
    for body in (
        "grant_type=client_credentials&client_id=me",
        "grant_type=client_credentials&client_id=you",
        "grant_type=x&client_id=me",
    ):
        headers, text, status = server.create_token_response("https://host/token", body=body)
        lines.append(f"{status} {sorted(json.loads(text).items())}")
    web = WebApplicationClient("id")
    lines.append(
        web.prepare_request_uri("https://host/auth", redirect_uri="https://me/back", scope=["a", "b"], state="s")
    )
    lines.append(str(web.parse_request_uri_response("https://me/back?code=c&state=s", state="s")))
    try:
        web.parse_request_uri_response("https://me/back?state=s", state="s")
    except MissingCodeError as error:
        lines.append(str(error))
    try:
        web.parse_request_body_response('{"error": "invalid_grant"}')
    except OAuth2Error as error:
        lines.append(str(error))
    seen = []
    scope_changed.connect(lambda *args, **kwargs: seen.append(kwargs))
    lines.append(LegacyApplicationClient("id").prepare_request_body(username="u", password="p"))
    lines.append(
        str(is_uri("https://a.b/c?d#e") is not None) + common.add_params_to_uri("http://a?b=1", [("c", "2")])
    )
    lines.append(repr(common.Request("http://a?b=1", body="c=2").uri_query_params))
    return "\n".join(lines)
