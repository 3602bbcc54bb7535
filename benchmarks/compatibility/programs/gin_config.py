"""Configures functions and classes, which a text names by modules, and builds others by references."""

import gin

WHEELS = ("gin-config==0.5.0",)


@gin.configurable
def network(layers=3, activation=None):
    return f"{layers} {activation}"


@gin.configurable(module="own.part")
class Trainer:
    def __init__(self, rate=0.1, net=gin.REQUIRED):
        self.rate, self.net = rate, net


@gin.register
def scaled(x, by=2):
    return x * by


def run() -> str:
    gin.clear_config()
    gin.parse_config(
        f"""
import {__name__}
{__name__}.network.layers = 7
network.activation = @{__name__}.scaled
Trainer.net = @network()
a/Trainer.rate = 0.5
own.part.Trainer.rate = %SOME
SOME = 0.25
"""
    )
    lines = [network().split(" at ")[0].split(" ")[0]]
    trainer = Trainer()
    lines.append(f"{trainer.rate} {trainer.net[:1]}")
    with gin.config_scope("a"):
        lines.append(str(Trainer().rate))
    lines.append(gin.config_str())
    lines.append(gin.operative_config_str())
    lines.append(str(gin.query_parameter("network.layers")))
    lines.append(str(gin.get_bindings(Trainer)["rate"] if hasattr(gin, "get_bindings") else ""))
    for wrong in ("nothing.x = 1", "network.nope = 1", "import surely.not_there"):
        try:
            with gin.unlock_config():
                gin.parse_config(wrong)
        except Exception as error:
            lines.append(f"{type(error).__name__} {error}")
    gin.clear_config()
    return "\n".join(lines)
