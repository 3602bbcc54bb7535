"""Composes settings and makes objects of classes that they name by dotted paths."""

from dataclasses import dataclass, field

WHEELS = ("hydra-core==1.3.2", "omegaconf==2.3.0")


@dataclass
class Engine:
    power: int = 100


@dataclass
class Car:
    name: str = "car"
    engine: Engine = field(default_factory=Engine)


def joined(*words, sep="-"):
    return sep.join(words)


class Outer:
    class Inner:
        def __init__(self, value):
            self.value = value

        @classmethod
        def doubled(cls, value):
            return cls(value * 2)


def run() -> str:
    from hydra import compose, initialize
    from hydra.core.config_store import ConfigStore
    from hydra.utils import call, get_class, get_method, get_object, instantiate
    from omegaconf import OmegaConf

    lines = []
    me = __name__
    made = instantiate({"_target_": f"{me}.Car", "name": "x", "engine": {"_target_": f"{me}.Engine", "power": 3}})
    lines.append(f"{made.name} {made.engine.power} {type(made) is Car}")
    lines.append(call({"_target_": f"{me}.joined", "_args_": ["a", "b"], "sep": "+"}))
    lines.append(str(instantiate({"_target_": f"{me}.Outer.Inner.doubled", "value": 4}).value))
    partial = instantiate({"_target_": f"{me}.joined", "_partial_": True, "sep": "/"})
    lines.append(partial("q", "r"))
    lines.append(str(get_class(f"{me}.Outer.Inner") is Outer.Inner))
    lines.append(str(get_method("os.path.join")("a", "b")))
    lines.append(str(get_object(f"{me}.Outer").__qualname__))
    for wrong in (f"{me}.Nothing", "nowhere.at.all"):
        try:
            get_object(wrong)
        except Exception as error:
            lines.append(f"{type(error).__name__} {error}")
    try:
        instantiate({"_target_": f"{me}.Engine", "nope": 1})
    except Exception as error:
        lines.append(f"{type(error).__name__} {error}")
    store = ConfigStore.instance()
    store.store(name="main", node=Car)
    store.store(group="engine", name="big", node=Engine(power=900))
    with initialize(version_base=None):
        config = compose("main", overrides=["name=sport", "+engine@engine=big"])
        lines.append(OmegaConf.to_yaml(config))
        lines.append(str(OmegaConf.get_type(config) is Car))
        lines.append(repr(OmegaConf.to_object(config)))
    structured = OmegaConf.structured(Car)
    try:
        structured.engine.power = "many"
    except Exception as error:
        lines.append(f"{type(error).__name__} {error}")
    return "\n".join(lines)
