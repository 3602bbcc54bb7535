"""Hashes and verifies by schemes that a registry imports by name, with contexts and policies."""

WHEELS = ("passlib==1.7.4",)


def run() -> str:
    import warnings

    warnings.simplefilter("ignore")
    from passlib import hash as hashes
    from passlib import registry
    from passlib.apps import custom_app_context
    from passlib.context import CryptContext
    from passlib.exc import PasswordSizeError, UnknownHashError
    from passlib.totp import TOTP
    from passlib.utils import handlers, saslprep

    lines = []
    for name in (
        "pbkdf2_sha256",
        "sha512_crypt",
        "md5_crypt",
        "ldap_salted_sha1",
        "phpass",
        "mysql41",
        "nthash",
        "django_pbkdf2_sha256",
    ):
        handler = registry.get_crypt_handler(name)
        options = {"salt": "ab" * 4} if name in ("sha512_crypt", "md5_crypt", "phpass") else {}
        if name in ("sha512_crypt", "pbkdf2_sha256"):
            options["rounds"] = 1000
        hashed = handler.using(**options).hash("secret")
        lines.append(
            f"{name} {handler.verify('secret', hashed)} {handler.verify('wrong', hashed)} {handler.identify(hashed)}"
        )
    lines.append(hashes.sha512_crypt.using(salt="abcdefgh", rounds=1000).hash("secret"))
    context = CryptContext(
        schemes=["pbkdf2_sha256", "md5_crypt"],
        deprecated=["md5_crypt"],
        pbkdf2_sha256__rounds=1000,
        admin__pbkdf2_sha256__rounds=2000,
    )
    old = hashes.md5_crypt.hash("x")
    valid, new = context.verify_and_update("x", old)
    lines.append(f"{valid} {new[:20]} {context.needs_update(old)}")
    lines.append(context.to_string())
    lines.append(CryptContext.from_string(context.to_string()).default_scheme())
    try:
        context.verify("x", "nonsense")
    except UnknownHashError as error:
        lines.append(str(error))
    lines.append(str(sorted(registry.list_crypt_handlers())[:5]))

    class Own(handlers.StaticHandler):
        name = "own"

        @classmethod
        def identify(cls, hash):
            return hash.startswith("own$")

        def _calc_checksum(self, secret):
            return "own$" + (secret if isinstance(secret, str) else secret.decode())[::-1]

    registry.register_crypt_handler(Own)
    lines.append(str(registry.get_crypt_handler("own") is Own))
    totp = TOTP("s3jdvb7qd2r7jpxx")
    lines.append(f"{totp.generate(1419622739).token} {totp.to_uri('label', 'issuer')}")
    lines += [saslprep("I\u00adX"), PasswordSizeError.__name__]
    lines.append(str(custom_app_context.schemes()))
    return "\n".join(lines)
