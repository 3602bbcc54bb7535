"""The messages between host and worker: lists that begin with one of these numbers.

===========  ==================================================================================================
``CALL``     target, member, arguments in order, arguments by name, deadline: call a member of a lent object
``GET``      target, member, deadline: read an attribute of it
``SET``      target, member, value, deadline: write one
``COMMAND``  name, arguments, deadline: what is asked of the worker itself
``RESULT``   value: the answer
``RAISED``   error, as ``raising`` writes it: the answer, too
``ENDED``    value: a stream's answer when it has no more items
``RELEASE``  identifier and count, of each object that is not used any more; has no answer
``CANCEL``   on the link only: the request of that number is not wanted any more; has no answer
``PING``     number: are we in step? The side that asks has lost count of what is answered
``PONG``     the number again, and how many requests are being met: what was answered before has arrived before
===========  ==================================================================================================

A deadline is a time as ``time.monotonic`` counts, which is one clock for all processes of a machine, or None.
"""

from __future__ import annotations

CALL, GET, SET, COMMAND, RESULT, RAISED, ENDED, RELEASE, CANCEL, PING, PONG = range(11)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeGuard

    Message = list[Any]

_LENGTHS = {
    CALL: 6,
    GET: 4,
    SET: 5,
    COMMAND: 4,
    RESULT: 2,
    RAISED: 2,
    ENDED: 2,
    RELEASE: 2,
    CANCEL: 2,
    PING: 2,
    PONG: 3,
}


def understood(message: object) -> TypeGuard[Message]:
    """Say whether it is a message; of its parts nothing is known yet."""
    if type(message) is not list or not message:
        return False
    parts: Message = message  # pyright: ignore[reportUnknownVariableType]
    return type(parts[0]) is int and _LENGTHS.get(parts[0]) == len(parts)
