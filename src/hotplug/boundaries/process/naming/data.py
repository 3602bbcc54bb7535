"""What a description is made of: the values that msgpack has by itself."""

from __future__ import annotations

from typing import TypeAlias

Data: TypeAlias = "bool | int | str | list[Data] | None"
