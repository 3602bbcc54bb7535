"""How values cross between host and worker: each shape of a contract has a codec, to a wire tree and back.

What goes out is asked whether it fits its shape exactly; of what comes in nothing is believed. Nothing here knows
how a message travels, or what becomes of a reference: a `Carrier` does.
"""

from __future__ import annotations

from .calls import Arguments
from .members import members_of
from .plan import Plan
from .wire import Carrier, Codec, Misfit, Segment, Wire

__all__ = ["Arguments", "Carrier", "Codec", "Misfit", "Plan", "Segment", "Wire", "members_of"]
