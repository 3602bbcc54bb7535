"""Makes a package whose names are loaded when they are first asked for, and looks at it in sys.modules."""

import sys

WHEELS = ("apipkg==3.0.2", "lazy-loader==0.6")


class Tool:
    made_by = "the program"


def run() -> str:
    import apipkg
    import lazy_loader

    lines = []
    module = apipkg.initpkg(
        "lazily_made",
        exportdefs={
            "join": "os.path:join",
            "sub": {"Tool": f"{__name__}:Tool", "loads": "json:loads"},
            "__doc__": f"{__name__}:run.__doc__",
        },
        attr={"__version__": "3"},
    )
    import lazily_made
    import lazily_made.sub
    from lazily_made.sub import Tool as Found

    lines.append(str(Found is Tool))
    lines.append(str(sys.modules["lazily_made"] is module is lazily_made))
    lines.append(f"{module!r}".split(" from ")[0])
    lines.append(str(sorted(dir(lazily_made))))
    lines.append(lazily_made.join("a", "b"))
    lines.append(str(lazily_made.sub.loads("[1]")))
    lines.append(lazily_made.__version__)
    alias = apipkg.AliasModule("aliased", "json.decoder")
    lines.append(alias.JSONDecodeError.__name__)
    lines.append(repr(apipkg.distribution_version("apipkg")))
    getter, names, everything = lazy_loader.attach(__name__, submodules=["other"], submod_attrs={"x": ["y"]})
    lines.append(f"{names()} {everything}")
    try:
        getter("nothing")
    except AttributeError as error:
        lines.append(str(error))
    fractions = lazy_loader.load("fractions")
    lines.append(str(fractions.Fraction(1, 3)))
    missing = lazy_loader.load("surely_not_there")
    try:
        lines.append(str(missing.anything))
    except ModuleNotFoundError as error:
        lines.append(str(error).splitlines()[-1])
    return "\n".join(lines)
