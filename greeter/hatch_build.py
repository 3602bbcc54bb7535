"""Puts the four languages, each built into one file, into the greeter's wheel."""

from __future__ import annotations

import os
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilder


class CarriedPlugins(BuildHookInterface[Any]):
    """Builds every project under ``plugins`` and adds its wheel as ``greeter/carried``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the wheels; an editable install opens the plugins as the source folders that they are."""
        if version == "editable":
            return
        self._folder = tempfile.TemporaryDirectory()
        plugins = os.path.join(self.root, "plugins")
        for name in sorted(os.listdir(plugins)):
            project = os.path.join(plugins, name)
            if not os.path.exists(os.path.join(project, "pyproject.toml")):
                continue
            for wheel in WheelBuilder(project).build(directory=self._folder.name, versions=["standard"]):
                build_data["force_include"][wheel] = f"greeter/carried/{os.path.basename(wheel)}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was built on the way."""
        del build_data, artifact_path  # hatchling's interface
        if version != "editable":
            self._folder.cleanup()
