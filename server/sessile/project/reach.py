"""Which files cannot matter: those from which no import leads to a session or a mapped class.

Nothing is parsed. A file reaches what its text seems to import, wherever the workspace has a module of such a name, and
everything that these files reach in turn. What is passed over has no findings but broken syntax.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.project.imports import begins_something, imports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sessile.project.imports import Import
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace

_INIT = "__init__.py"


@dataclass(slots=True)
class Reach:
    """What is reached from the files of one workspace.

    `read` gives a file's text, None if it has none. `roots` are the directories, besides those of the packages that the
    files themselves are in, from which imports start; `declared` names functions of which users say what they do.
    """

    read: Callable[[str], str | None]
    roots: Iterable[str] = ()
    declared: Iterable[str] = ()
    _listed: dict[str, frozenset[str]] = field(default_factory=dict)
    _resolved: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: The roots in which there is a module or package, by its name.
    _holders: dict[str, list[str]] = field(default_factory=dict)

    def matter(self, paths: Iterable[str]) -> set[str]:
        """Those of some files (absolute paths) that must be analysed. To be asked once."""
        wanted = list(paths)
        for root in dict.fromkeys([*self.roots, *map(self._package_root, wanted)]):
            for entry in self._names(root):
                self._holders.setdefault(entry.removesuffix(".py"), []).append(root)
        importers: dict[str, list[str]] = {}
        found = self._beginnings(wanted, importers)
        todo = list(found)
        while todo:
            new = [each for each in importers.get(todo.pop(), ()) if each not in found]
            found.update(new)
            todo += new
        return found.intersection(wanted)

    def _beginnings(self, wanted: list[str], importers: dict[str, list[str]]) -> set[str]:
        """The files in which something begins; of the others, who imports them."""
        found: set[str] = set()
        seen = set(wanted)
        todo = list(wanted)
        while todo:
            path = todo.pop()
            text = self.read(path)
            if text is None or begins_something(text, self.declared):
                found.add(path)
                continue
            for target in self._targets(path, text):
                importers.setdefault(target, []).append(path)
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        return found

    def _targets(self, path: str, text: str) -> set[str]:
        found: set[str] = set()
        for each in imports(text):
            for base in self._bases(path, each):
                found.update(self._at(base))
                for name in each.names:
                    inside = os.path.join(base, name)
                    found.update(self._inside(base, text) if name == "*" else self._at(inside))
                    found.update(self._inside(inside, text))
                if not each.names:
                    found.update(self._inside(base, text))
        found.discard(path)
        return found

    def _bases(self, path: str, each: Import) -> Iterator[str]:
        """Where a module may lie that an import names: its path without a suffix, and those of the packages above."""
        if each.level:
            directory = path
            for _ in range(each.level):
                directory = os.path.dirname(directory)
            yield os.path.join(directory, *each.origin.split(".")) if each.origin else directory
            return
        if each.origin not in self._resolved:
            self._resolved[each.origin] = tuple(self._absolute(each.origin))
        yield from self._resolved[each.origin]

    def _absolute(self, dotted: str) -> Iterator[str]:
        parts = dotted.split(".")
        for root in self._holders.get(parts[0], ()):
            for count in range(1, len(parts) + 1):
                base = os.path.join(root, *parts[:count])
                if not self._has(base):
                    break
                yield base

    def _at(self, base: str) -> Iterator[str]:
        """The module or package at a path without a suffix."""
        directory, name = os.path.split(base)
        if f"{name}.py" in self._names(directory):
            yield f"{base}.py"
        if name in self._names(directory) and _INIT in self._names(base):
            yield os.path.join(base, _INIT)

    def _inside(self, base: str, text: str) -> Iterator[str]:
        """What of a package may be reached through its name: each module in it that is mentioned."""
        directory, name = os.path.split(base)
        if name not in self._names(directory):
            return
        for entry in self._names(base):
            child = entry.removesuffix(".py")
            if child in text:
                inner = os.path.join(base, child)
                yield from self._at(inner)
                yield from self._inside(inner, text)

    def _has(self, base: str) -> bool:
        directory, name = os.path.split(base)
        names = self._names(directory)
        return name in names or f"{name}.py" in names

    def _names(self, directory: str) -> frozenset[str]:
        if directory not in self._listed:
            try:
                self._listed[directory] = frozenset(os.listdir(directory))
            except OSError:
                self._listed[directory] = frozenset()
        return self._listed[directory]

    def _package_root(self, path: str) -> str:
        directory = os.path.dirname(path)
        while _INIT in self._names(directory):
            directory = os.path.dirname(directory)
        return directory


def reach_of(workspace: Workspace, settings: Settings) -> Reach:
    """What is reached from files as a workspace sees them."""
    names = (*settings.functions, *settings.session_providers)
    return Reach(workspace.text_of, workspace.roots(), tuple(name.rpartition(".")[2] for name in names))
