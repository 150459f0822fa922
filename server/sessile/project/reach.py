"""Which files cannot matter: those from which no import leads to a session or a mapped class.

Nothing is parsed. A file reaches what its text seems to import, wherever the workspace has a module of such a name, and
everything that these files reach in turn. What is passed over has no findings but broken syntax.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from sessile.project.imports import begins_something, imports
from sessile.project.layout import INIT
from sessile.project.modules import STANDARD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sessile.project.imports import Import
    from sessile.project.settings import Settings
    from sessile.project.workspace import Workspace

BEGINS = "begins"


@dataclass(slots=True)
class Reach:
    """What is reached from some files (absolute paths) of one workspace.

    `read` gives a file's text, None if it has none. `layout` are all files of the project: imports start from where its
    outermost packages are, and from `roots`. `declared` are names of functions of which users say what they do,
    and of installed packages that have sessions or mapped classes.
    `leads` gets a digest of what each file imports, as far as that was of interest. `also` are paths of files that are
    to be found although they are not there.
    """

    read: Callable[[str], str | None]
    paths: Iterable[str]
    layout: Iterable[str] = ()
    roots: Iterable[str] = ()
    declared: Iterable[str] = ()
    also: Iterable[str] = ()
    leads: dict[str, str] = field(default_factory=dict)
    _listed: dict[str, frozenset[str]] = field(default_factory=dict)
    _resolved: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: The roots in which there is a module or package, by its name.
    _holders: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paths = tuple(self.paths)
        for root in dict.fromkeys([*self.roots, *map(self._package_root, (*self.paths, *self.layout, *self.also))]):
            for entry in self._names(root):
                self._holders.setdefault(entry.removesuffix(".py"), []).append(root)

    def matter(self) -> set[str]:
        """Those of the files that must be analysed."""
        importers: dict[str, list[str]] = {}
        found: set[str] = set()
        seen = set(self.paths)
        todo = list(self.paths)
        while todo:
            path = todo.pop()
            for target in self._led(path, found):
                importers.setdefault(target, []).append(path)
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        todo = list(found)
        while todo:
            new = [each for each in importers.get(todo.pop(), ()) if each not in found]
            found.update(new)
            todo += new
        return found.intersection(self.paths)

    def lead(self, path: str) -> str:
        """A digest of what a file imports; the same for all files in which something begins."""
        self._led(path, set())
        return self.leads[path]

    def importers(self, of: set[str]) -> set[str]:
        """Those of the files that seem to import one of some others."""
        texts = ((path, self.read(path)) for path in self.paths)
        return {path for path, text in texts if text is not None and not of.isdisjoint(self._targets(path, text))}

    def _led(self, path: str, begun: set[str]) -> set[str]:
        """Where a file's imports lead; if something begins in it, it is put into `begun` and they do not matter."""
        text = self.read(path)
        if text is None or begins_something(text, self.declared):
            begun.add(path)
            self.leads[path] = BEGINS
            return set()
        found = self._targets(path, text)
        self.leads[path] = blake2b(
            "\0".join(sorted(found)).encode("utf-8", "surrogateescape"), digest_size=8
        ).hexdigest()
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
        if each.origin.partition(".")[0] in STANDARD:
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
        if name in self._names(directory) and INIT in self._names(base):
            yield os.path.join(base, INIT)

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
                found = os.listdir(directory)
            except OSError:
                found = []
            more = (each for each in self.also if os.path.dirname(each) == directory)
            self._listed[directory] = frozenset([*found, *map(os.path.basename, more)])
        return self._listed[directory]

    def _package_root(self, path: str) -> str:
        directory = os.path.dirname(path)
        while INIT in self._names(directory):
            directory = os.path.dirname(directory)
        return directory


def reach_of(
    workspace: Workspace, settings: Settings, paths: Iterable[str], layout: Iterable[str] = (), also: Iterable[str] = ()
) -> Reach:
    """What is reached from files as a workspace sees them."""
    declared = {name.rpartition(".")[2] for name in (*settings.functions, *settings.session_providers)}
    declared |= workspace.packages()
    return Reach(workspace.text_of, paths, layout, workspace.roots(), declared, also)
