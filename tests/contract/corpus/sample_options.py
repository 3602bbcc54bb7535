"""A module as a plugin would be: it implements protocols by its globals."""
# mypy: ignore-errors
# pyright: basic
# ruff: noqa

from typing import Final

timeout = 100
one_flag = True
other_flag: int = 1
name: str = "x"
ratio: float = 1
limit: Final = 5
declared: str

def on_error(x: int) -> None: ...
def on_success() -> None: ...
def greet(name: str, loud: bool = False) -> str: return ""
async def fetch(url: str) -> bytes: return b""

class Thing:
    def __init__(self, x: int) -> None: ...

thing = Thing(1)
