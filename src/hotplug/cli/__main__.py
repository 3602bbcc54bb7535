"""``python -m hotplug.cli``: the command where no script of that name is installed."""

from __future__ import annotations

from hotplug.cli import main

main(prog_name="hotplug")
