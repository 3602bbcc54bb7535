"""Keeps passwords in a backend of its own, beside those that the library finds by its own entry points."""

WHEELS = ("keyring==25.7.0",)


def run() -> str:
    import keyring
    import keyring.backend
    import keyring.backends.null
    from keyring import core, credentials, errors
    from keyring.backends import chainer, fail

    class Memory(keyring.backend.KeyringBackend):
        priority = 20

        def __init__(self):
            super().__init__()
            self.kept = {}

        def get_password(self, service, username):
            return self.kept.get((service, username))

        def set_password(self, service, username, password):
            self.kept[service, username] = password

        def delete_password(self, service, username):
            try:
                del self.kept[service, username]
            except KeyError as error:
                raise errors.PasswordDeleteError("not there") from error

    lines = []
    found = keyring.backend.get_all_keyring()
    lines.append(str(sorted(type(each).__name__ for each in found)))
    lines.append(str(sorted(each.name for each in found)))
    keyring.set_keyring(Memory())
    keyring.set_password("a", "b", "c")
    lines.append(str(keyring.get_password("a", "b")))
    lines.append(str(keyring.get_credential("a", "b").password))
    keyring.delete_password("a", "b")
    try:
        keyring.delete_password("a", "b")
    except errors.PasswordDeleteError as error:
        lines.append(str(error))
    lines.append(str(keyring.get_keyring()))
    loaded = core.load_keyring("keyring.backends.null.Keyring")
    lines.append(f"{loaded} {type(loaded) is keyring.backends.null.Keyring}")
    lines.append(str(core._get_best_keyring() if hasattr(core, "_get_best_keyring") else ""))
    lines.append(str(fail.Keyring().priority))
    lines.append(chainer.ChainerBackend().name)
    lines.append(repr(credentials.SimpleCredential("u", "p").username))
    return "\n".join(lines)
