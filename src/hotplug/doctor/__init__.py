"""What works on this machine: boundaries, limits, the cache, the environment, and a host's plugins and policy.

Here live the examinations; each looks for itself, and none is kept from its answer by another. What must not live
here: the command line; and the code of any plugin but the one that lies here, which every boundary is tried with.
"""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    State = Literal["ok", "note", "problem"]

__all__ = ["Finding"]


class Finding(NamedTuple):
    """One answer.

    Attributes:
        area: What was examined: "python", "boundary", "limits", "extras", "cache", "environment", "policy",
            "lock" or "plugins".
        state: "ok"; "note" for what is worth knowing and no fault; "problem" for what should be mended.
        what: What was found.
        remedy: What to do about it.
    """

    area: str
    state: State
    what: str
    remedy: str | None = None
