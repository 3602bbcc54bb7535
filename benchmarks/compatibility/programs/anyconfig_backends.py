"""Reads and writes settings in formats whose backends are entry points and classes of its own."""

WHEELS = ("anyconfig==0.16.0", "confuse==2.3.0")
NEEDS = ("pyyaml==6.0.3",)


def run() -> str:
    import anyconfig
    import confuse

    with open("a.json", "w") as file:
        file.write('{"a": {"b": [1, 2]}, "c": "x"}')
    with open("b.ini", "w") as file:
        file.write("[a]\nk = 1\n")
    with open("c.json", "w") as file:
        file.write('{"a": {"z": "t"}}')
    lines = [
        str(anyconfig.load("a.json")),
        str(anyconfig.load("b.ini")),
        str(anyconfig.load(["a.json", "c.json"], ac_merge=anyconfig.MS_DICTS)),
    ]
    lines.append(str(sorted(anyconfig.list_types())))
    lines.append(
        str(sorted(each for each in anyconfig.list_by_type() and [t for t, _ in anyconfig.list_by_type()]))
    )
    lines.append(anyconfig.dumps({"a": {"b": 1}}, "properties") if "properties" in anyconfig.list_types() else "")
    lines.append(str(anyconfig.findall("a.json")[0].cid() if hasattr(anyconfig, "findall") else ""))
    try:
        anyconfig.load("a.json", ac_parser="nonsense")
    except Exception as error:
        lines.append(f"{type(error).__name__} {error}")
    with open("config_default.yaml", "w") as file:
        file.write("library: music\nport: 3\n")

    class Settings(confuse.LazyConfig):
        pass

    config = confuse.Configuration("demo", __name__, read=False)
    lines.append(str(config._package_path is not None))
    config.set_file("config_default.yaml")
    config.set({"port": "oops"})
    lines.append(config["library"].get(str))
    try:
        config["port"].get(int)
    except confuse.ConfigError as error:
        lines.append(str(error))
    lines.append(str(config.get({"library": str, "port": confuse.String()})))
    lines.append(config.dump())
    return "\n".join(lines)
