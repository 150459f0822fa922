"""The settings of every file of the client's folders, and what is wrong with the files that they come from.

A configuration that cannot be used leaves in force what it said when it last could, the defaults if it never could.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.lsp.backend import ConfigurationProblem
from sessile.lsp.options import Options
from sessile.project.configuration import ConfigurationError, parsed
from sessile.project.discovery import Source, discover, excluded
from sessile.project.resolver import Resolver
from sessile.project.settings import Overrides, Settings
from sessile.text import Range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sessile.text import Document

log = logging.getLogger(__name__)

_END = 1 << 20
"""A column behind the end of any line; it is clamped where it is converted."""


@dataclass(frozen=True, slots=True)
class _Folder:
    path: str
    overrides: Overrides
    resolver: Resolver


class ProjectSettings:
    """Read anew after `configure`, remembered in between; `codes` are the rules that exist."""

    def __init__(self, codes: frozenset[str]) -> None:
        self._codes = codes
        self._good: dict[str, Settings] = {}
        self.configure({"": Options()})

    def configure(self, folders: Mapping[str, Options]) -> None:
        """Forget what was read but the last good settings; "" stands for files outside of all folders."""
        self._folders = sorted((self._folder(*each) for each in folders.items()), key=lambda each: -len(each.path))
        self._broken: dict[str, ConfigurationError] = {}
        self._excluded: dict[str, bool] = {}
        for each in folders:
            if each:
                self.of(os.path.join(each, "any.py"))

    def of(self, path: str) -> Settings:
        """The settings that hold for a file (absolute path)."""
        folder = self._around(path)
        try:
            settings = folder.resolver.settings_for(os.path.dirname(path))
        except ConfigurationError as error:
            self._broken[error.path] = error
            return self._good.get(error.path) or Settings(root=folder.resolver.directory).overridden(folder.overrides)
        if settings.origin:
            self._good[settings.origin] = settings
        return settings

    def leaves_out(self, path: str) -> bool:
        """Whether the project's patterns leave a file out."""
        if path not in self._excluded:
            try:
                self._excluded[path] = excluded(path, self._around(path).resolver)
            except (ConfigurationError, OSError) as error:
                log.info("taking %s as not left out: %s", path, error)
                self._excluded[path] = False
        return self._excluded[path]

    def files(self) -> list[str]:
        """The files to check below all folders, each once."""
        roots = [each for each in self._folders if each.path]
        sources = (source for each in roots for source in discover([each.path], each.resolver))
        return list(dict.fromkeys(source.path for source in sources if isinstance(source, Source)))

    def problems(self) -> Sequence[ConfigurationProblem]:
        """What is wrong with the configurations that were needed so far."""
        return [problem for error in self._broken.values() for problem in _problems(error)]

    def problems_in(self, document: Document) -> Sequence[ConfigurationProblem]:
        """What is wrong with a configuration file as it is being edited."""
        data = document.text.encode("utf-8", "surrogatepass")
        try:
            parsed(data, document.path, os.path.dirname(document.path), self._codes)
        except ConfigurationError as error:
            return _problems(error)
        return []

    def _around(self, path: str) -> _Folder:
        return next(each for each in self._folders if path.startswith(os.path.join(each.path, "")))

    def _folder(self, path: str, options: Options) -> _Folder:
        root = path or os.path.abspath(os.sep)
        overrides = Overrides(select=options.select, ignore=options.ignore, extend_select=options.extend_select)
        explicit = os.path.join(root, options.configuration) if options.configuration else None
        return _Folder(path, overrides, Resolver(root, overrides, explicit, codes=self._codes))


def _problems(error: ConfigurationError) -> list[ConfigurationProblem]:
    """Each mistake on its whole line; on the first line where the place is not known."""
    return [
        ConfigurationProblem(error.path, Range.at(line, 0, line, _END), f"{each.message}; the last good settings hold")
        for each in error.mistakes
        for line in [each.line or 1]
    ]
