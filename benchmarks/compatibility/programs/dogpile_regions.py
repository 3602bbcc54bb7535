"""Caches functions in regions whose keys have the names of modules, with a backend that is named by its path."""

from dogpile.cache.api import NO_VALUE, CacheBackend

WHEELS = ("dogpile-cache==1.5.0",)


class Table(CacheBackend):
    def __init__(self, arguments):
        self.kept = arguments.get("kept", {})

    def get(self, key):
        return self.kept.get(key, NO_VALUE)

    def set(self, key, value):
        self.kept[key] = value

    def delete(self, key):
        self.kept.pop(key, None)


def run() -> str:
    from dogpile.cache import make_region, register_backend
    from dogpile.cache.proxy import ProxyBackend
    from dogpile.util import memoized_property

    class Loud(ProxyBackend):
        def set(self, key, value):
            lines.append(f"set {key}")
            self.proxied.set(key, value)

    lines = []
    kept = {}
    register_backend("demo.table", __name__, "Table")
    region = make_region().configure("demo.table", arguments={"kept": kept}, wrap=[Loud])

    @region.cache_on_arguments(namespace="n")
    def slow(a, b=1):
        lines.append(f"slow {a} {b}")
        return a + b

    class Holder:
        @region.cache_on_arguments()
        def method(self, x):
            return x * 2

        @memoized_property
        def once(self):
            lines.append("once")
            return 1

    holder = Holder()
    lines.append(str([slow(1), slow(1), slow(2), holder.method(4), holder.method(4), holder.once, holder.once]))
    slow.invalidate(1)
    lines.append(str(slow(1)))
    lines.append(str(sorted(kept)))
    lines.append(str(region.get_or_create("k", lambda: "made")))
    memory = make_region(key_mangler=str.upper).configure("dogpile.cache.memory")
    memory.set("a", 1)
    lines.append(f"{memory.get('a')} {memory.get('b') is NO_VALUE}")
    from_config = make_region().configure_from_config({"c.backend": "dogpile.cache.memory_pickle"}, "c.")
    from_config.set("x", {"y": (1, 2)})
    lines.append(str(from_config.get("x")))
    try:
        make_region().configure("no.such")
    except Exception as error:
        lines.append(f"{type(error).__name__} {error}")
    return "\n".join(lines)
