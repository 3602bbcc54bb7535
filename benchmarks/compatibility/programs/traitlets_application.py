"""Runs an application whose classes are settings, named by dotted paths."""

from traitlets import Dict, Instance, Int, List, Type, Unicode, link, observe, validate
from traitlets.config import Application, Config, Configurable

WHEELS = ("traitlets==5.16.1",)


class Backend(Configurable):
    size = Int(3, help="How large").tag(config=True)


class Other(Backend):
    size = Int(30).tag(config=True)
    name = Unicode("other").tag(config=True)


class App(Application):
    name = "demo"
    description = "A demo"
    backend_class = Type(Backend, klass=Backend, help="Which backend").tag(config=True)
    later_class = Type(f"{__name__}.Other", klass=f"{__name__}.Backend").tag(config=True)
    one = Instance(f"{__name__}.Backend", ())
    words = List(Unicode(), ["a"]).tag(config=True)
    classes = List([Backend, Other])
    aliases = Dict({"size": "Backend.size", "backend": "App.backend_class"})
    flags = Dict({"loud": ({"App": {"words": ["loud"]}}, "Be loud")})
    seen = List()

    @observe("words")
    def _changed(self, change):
        self.seen = [*self.seen, (change.name, change.old, change.new)]

    @validate("words")
    def _valid(self, proposal):
        return [each.lower() for each in proposal.value]

    def start(self):
        return self.backend_class(parent=self)


def run() -> str:
    import io
    from contextlib import redirect_stdout

    lines = []
    app = App()
    app.initialize([f"--backend={__name__}.Other", "--Other.size=12", "--App.words=X", "--App.words=Y"])
    made = app.start()
    lines.append(f"{type(made) is Other} {made.size} {made.name} {app.words} {app.seen}")
    lines.append(f"{app.later_class is Other} {type(app.one) is Backend}")
    out = io.StringIO()
    with redirect_stdout(out):
        app.print_help(classes=True)
    lines.append(out.getvalue())
    lines.append(app.generate_config_file())
    for wrong in ("json.JSONDecoder",):
        try:
            app.backend_class = wrong
        except Exception as error:
            lines.append(f"{type(error).__name__} {error}")
    try:
        app.one = 3
    except Exception as error:
        lines.append(str(error))
    with open("demo_config.py", "w") as file:
        file.write(f"c = get_config()\nc.App.backend_class = '{__name__}.Other'\nc.Backend.size = 5\n")
    again = App()
    again.load_config_file("demo_config.py")
    lines.append(f"{again.backend_class is Other} {Backend(parent=again).size}")
    other = Other(config=Config({"Other": {"name": "n"}}))
    link((made, "size"), (other, "size"))
    made.size = 99
    lines.append(f"{other.size} {other.name} {other.trait_names()}")
    lines.append(Other.class_get_help())
    return "\n".join(lines)
