"""Which settings hold for a file: the nearest configuration upwards, read once.

A `pyproject.toml` without `[tool.sessile]` is passed over; in one directory `sessile.toml` wins. Configurations are not
merged with those further up.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from sessile.project.configuration import OWN_FILE, SHARED_FILE, ConfigurationError, load
from sessile.project.settings import Overrides, Settings

_PROJECT_MARKS = (SHARED_FILE, "setup.cfg", ".git")
_SETUP, _PACKAGE = "setup.py", "__init__.py"


@dataclass(slots=True)
class Resolver:
    """Finds the settings that hold in a directory. Directories of one configuration share one object.

    `directory` is the absolute path that files with neither a configuration nor a project around them relate to.
    `explicit` is the absolute path of a configuration that holds for all files, and then `directory` is its root;
    `isolated` means that no configuration is read. `codes` are the rules that exist (empty: any).
    """

    directory: str
    overrides: Overrides = field(default_factory=Overrides)
    explicit: str | None = None
    isolated: bool = False
    codes: frozenset[str] = frozenset()
    _known: dict[str, Settings | ConfigurationError] = field(default_factory=dict)

    def settings_for(self, directory: str) -> Settings:
        """The settings that hold for the files of a directory (absolute path).

        Raises:
            ConfigurationError: the configuration that holds there cannot be used; always the same object for one file.
        """
        key = self.directory if self.explicit else directory
        if key not in self._known:
            try:
                self._known[key] = self._resolve(key)
            except ConfigurationError as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, ConfigurationError):
            raise found
        return found

    def _resolve(self, directory: str) -> Settings:
        if self.explicit:
            found = load(self.explicit, directory, self.codes, required=True)
            return found.overridden(self.overrides) if found else self._without(directory)
        for name in () if self.isolated else (OWN_FILE, SHARED_FILE):
            path = os.path.join(directory, name)
            if os.path.isfile(path) and (found := load(path, directory, self.codes)):
                return found.overridden(self.overrides)
        parent = os.path.dirname(directory)
        above = self.settings_for(parent) if parent != directory else self._without(self.directory)
        return self._without(directory) if above.origin is None and _is_project(directory) else above

    def _without(self, root: str) -> Settings:
        return Settings(root=root).overridden(self.overrides)


def _is_project(directory: str) -> bool:
    """Whether a project begins here; a `setup.py` in a package is a module like any other."""
    marked = any(os.path.exists(os.path.join(directory, name)) for name in _PROJECT_MARKS)
    is_setup = os.path.exists(os.path.join(directory, _SETUP))
    return marked or (is_setup and not os.path.exists(os.path.join(directory, _PACKAGE)))
