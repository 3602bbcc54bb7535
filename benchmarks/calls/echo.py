"""What every peer's worker runs; hotplug opens this file as a plugin."""

from __future__ import annotations

from calls.contract import Record  # noqa: TC001  (at run time too: the contract check reads it)


class Answers:
    """Answers with next to no work."""

    def greet(self, name: str, times: int) -> str:
        """Return a greeting, so many times."""
        return f"Hello {name} " * times

    def keep(self, record: Record) -> Record:
        """Return the record."""
        return record

    def echo(self, data: bytes) -> bytes:
        """Return the data."""
        return data


Echo = Answers()
