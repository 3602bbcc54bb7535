"""What a plugin's source does that a private namespace does not hold, read from it with ``ast``.

Here live the rules, one module for each idea, and the reading of a module that they share: what its names stand
for, and what runs when it is imported. Nothing is imported or run, and no contract is needed. What must not
live here: how a warning is shown.

A rule is there because something that works when the plugin is installed fails, or stays after `close`, when it is
opened in a private namespace; the tests of the warnings try both. What the namespace does hold must not be warned
of.
"""

from __future__ import annotations

from hotplug.artifacts.hazards.found import Hazard, hazards

__all__ = ["Hazard", "hazards"]
