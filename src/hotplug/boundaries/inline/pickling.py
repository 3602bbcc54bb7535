"""``pickle`` as a private plugin sees it: what it reads may name the plugin's modules by their real names.

So may data that the plugin brings, or that it has written in another process; there, the names were private, of
another number. What is written names the modules as they are called in this process.
"""

from __future__ import annotations

import io
import pickle
from types import ModuleType
from typing import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def stand_in(own: Callable[[str], str]) -> ModuleType:
    """Return a module that is pickle, but for what reads.

    Args:
        own: Translates a module's name as a pickle has it to the one in this process.
    """

    class Unpickler(pickle.Unpickler):
        def find_class(self, module_name: str, global_name: str, /) -> Any:
            return super().find_class(own(module_name), global_name)

    def load(file: Any, **options: Any) -> Any:
        return Unpickler(file, **options).load()

    def loads(data: Any, /, **options: Any) -> Any:
        return Unpickler(io.BytesIO(data), **options).load()

    for ours, original in ((load, pickle.load), (loads, pickle.loads), (Unpickler, pickle.Unpickler)):
        for name in ("__doc__", "__module__", "__name__", "__qualname__"):
            setattr(ours, name, getattr(original, name))
    module = ModuleType("pickle", pickle.__doc__)
    module.__dict__.update(vars(pickle))
    module.__dict__.update(Unpickler=Unpickler, load=load, loads=loads)
    return module
