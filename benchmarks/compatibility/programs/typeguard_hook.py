"""Checks types by decorators, by functions, and by an import hook on a module that it writes."""

WHEELS = ("typeguard==4.6.0",)


def run() -> str:
    import sys

    from typeguard import TypeCheckError, check_type, install_import_hook, typechecked

    out = []

    @typechecked
    def f(x: int) -> str:
        return str(x)

    out.append(f(1))
    try:
        f("a")
    except TypeCheckError as e:
        out.append(str(e))
    out.append(str(check_type([1], list[int])))
    with open("hooked_mod.py", "w") as file:
        file.write("def g(x: int) -> int:\n    return x\nclass A:\n    def m(self, a: 'A') -> None: pass\n")
    sys.path.insert(0, ".")
    with install_import_hook(["hooked_mod"]):
        import hooked_mod
    try:
        hooked_mod.g("a")
        out.append("not checked")
    except TypeCheckError as e:
        out.append(str(e))
    try:
        hooked_mod.A().m(1)
        out.append("not checked")
    except TypeCheckError as e:
        out.append(str(e))
    return "\n".join(out)
