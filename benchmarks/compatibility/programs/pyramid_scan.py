"""Serves views that a scan of the program's own module finds; renderers and predicates by dotted names."""

from pyramid.view import view_config, view_defaults

WHEELS = ("pyramid==2.1", "venusian==3.1.1")


class Root:
    __name__ = ""
    __parent__ = None

    def __init__(self, request):
        self.request = request

    def __getitem__(self, key):
        if key == "thing":
            return Thing(self)
        raise KeyError(key)


class Thing:
    def __init__(self, parent):
        self.__parent__, self.__name__ = parent, "thing"


@view_config(context=Root, renderer="json")
def home(context, request):
    return {"at": request.resource_path(context), "url": request.resource_url(context["thing"])}


@view_defaults(context=Thing, renderer="string")
class Views:
    def __init__(self, context, request):
        self.request = request

    @view_config()
    def shown(self):
        return f"shown {self.request.matched_route}"

    @view_config(name="edit", request_method="POST")
    def edited(self):
        return f"edited {self.request.POST['a']}"


class Even:
    def __init__(self, value, config):
        self.value = value

    def text(self):
        return f"even = {self.value}"

    phash = text

    def __call__(self, context, request):
        return len(request.path) % 2 == 0


class Upper:
    def __init__(self, info):
        self.info = info

    def __call__(self, value, system):
        return str(value).upper()


def hello(request):
    return f"hello {request.matchdict['name']}"


def includeme(config):
    config.add_route("hello", "/hello/{name}")
    config.add_view(f"{__name__}.hello", route_name="hello", renderer="loud")
    config.add_view(hello, route_name="hello", renderer="string", even=True)


def run() -> str:
    from pyramid.config import Configurator
    from pyramid.path import AssetResolver, DottedNameResolver
    from pyramid.request import Request

    config = Configurator(root_factory=f"{__name__}.Root", package=None)
    config.add_renderer("loud", f"{__name__}.Upper")
    config.add_view_predicate("even", f"{__name__}.Even")
    config.include(__name__)
    config.scan(__name__)
    app = config.make_wsgi_app()
    lines = []
    for path, data in (
        ("/", None),
        ("/thing", None),
        ("/thing/edit", b"a=1"),
        ("/hello/me", None),
        ("/hello/you", None),
        ("/no", None),
    ):
        request = Request.blank(path, POST=data)
        response = request.get_response(app)
        lines.append(f"{response.status} {response.text[:60]!r}")
    resolver = DottedNameResolver()
    lines.append(str(resolver.resolve(f"{__name__}.Views") is Views))
    lines.append(str(resolver.maybe_resolve(f"{__name__}:Thing") is Thing))
    asset = AssetResolver("pyramid").resolve("scripts/__init__.py")
    lines.append(f"{asset.absspec()} {asset.exists()}")
    lines.append(
        str(
            sorted(
                {
                    each["introspectable"].category_name
                    for _, group in config.introspector.categorized()
                    for each in group
                }
            )
        )
    )
    lines.append(str([each["introspectable"]["pattern"] for each in config.introspector.get_category("routes")]))
    return "\n".join(lines)
