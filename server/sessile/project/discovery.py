"""Which files are checked: those that are named, and every `*.py` below a directory that nothing leaves out.

The order depends on names only. Directories that are links are not entered, so no walk is endless; a link to a file
counts unless that file is found as well. What cannot be read becomes a `Failure`, and the walk goes on; what vanishes
while walking is passed over.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.project.configuration import ConfigurationError
from sessile.project.failure import Failure, reason
from sessile.project.ignores import ignore_file, ignored, ignores_above
from sessile.project.patterns import is_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sessile.project.patterns import Patterns
    from sessile.project.resolver import Resolver
    from sessile.project.settings import Settings

_SUFFIX = ".py"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to check: its absolute path, and what holds for it."""

    path: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class _Directory:
    """A directory on the way, and what its entries are judged by; no settings where the configuration is broken."""

    path: str
    settings: Settings | None
    ignores: tuple[Patterns, ...]
    excludes: Patterns | None

    def leaves_out(self, path: str, directory: bool) -> bool:
        if self.excludes and self.excludes.verdict(path, directory=directory):
            return True
        return ignored(self.ignores, path, directory=directory)


def discover(paths: Iterable[str], resolver: Resolver, *, force_exclude: bool = False) -> Iterator[Source | Failure]:
    """The files to check below or at some paths, each once, and each failure once.

    A path that is named is taken even if a pattern leaves it out, unless `force_exclude`; below a directory that is
    named, the patterns that leave it out itself do not count.
    """
    seen: set[str | Failure] = set()
    for found in _without_twins(_each(paths, resolver, force_exclude)):
        key = found.path if isinstance(found, Source) else found
        if key not in seen:
            seen.add(key)
            yield found


def excluded(path: str, resolver: Resolver) -> bool:
    """Whether patterns leave out a file or directory (absolute path), or a directory that it is in.

    Raises:
        ConfigurationError: the configuration that holds for it cannot be used.
    """
    parent = os.path.dirname(path)
    settings = resolver.settings_for(parent)
    parts = [(each, True) for each in _between(settings.root, parent)] + [(path, os.path.isdir(path))]
    return any(
        settings.excluding().verdict(part, directory=directory)
        or ignored(ignores_above(os.path.dirname(part), settings.root), part, directory=directory)
        for part, directory in parts
    )


def failures(error: ConfigurationError) -> list[Failure]:
    """What a broken configuration has to say."""
    return [Failure(error.path, each.message, each.line) for each in error.mistakes]


def _each(paths: Iterable[str], resolver: Resolver, force_exclude: bool) -> Iterator[Source | Failure]:
    for path in map(os.path.abspath, paths):
        try:
            os.stat(path)
            if force_exclude and excluded(path, resolver):
                continue
            if os.path.isdir(path):
                yield from _walk(_start(path, resolver), resolver)
            else:
                yield Source(path, resolver.settings_for(os.path.dirname(path)))
        except ConfigurationError as error:
            yield from failures(error)
        except OSError as error:
            yield Failure(path, f"cannot be read: {reason(error)}")


def _walk(start: _Directory, resolver: Resolver) -> Iterator[Source | Failure]:
    pending: list[_Directory | Source] = [start]
    while pending:
        current = pending.pop()
        if isinstance(current, Source):
            yield current
            continue
        yield from _complaints(current, resolver)
        try:
            pending += reversed(_entries(current, resolver))
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Failure(current.path, f"cannot be read: {reason(error)}")


def _entries(parent: _Directory, resolver: Resolver) -> list[_Directory | Source]:
    """What a directory holds, in order of name."""
    with os.scandir(parent.path) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    found: list[_Directory | Source] = []
    for entry in ordered:
        directory = entry.is_dir(follow_symlinks=False)
        if not (directory or _is_source(entry)) or parent.leaves_out(entry.path, directory):
            continue
        if directory:
            found.append(_enter(parent, entry.path, resolver))
        elif parent.settings:
            found.append(Source(entry.path, parent.settings))
    return found


def _is_source(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.name.endswith(_SUFFIX) and entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _start(path: str, resolver: Resolver) -> _Directory:
    settings = _settings(path, resolver)
    ignores = tuple(each.within(path) for each in ignores_above(path, settings.root if settings else path))
    return _Directory(path, settings, ignores, settings.excluding().within(path) if settings else None)


def _enter(parent: _Directory, path: str, resolver: Resolver) -> _Directory:
    own = ignore_file(path)
    ignores = (own, *parent.ignores) if own else parent.ignores
    settings = _settings(path, resolver)
    if settings is parent.settings:
        return _Directory(path, settings, ignores, parent.excludes)
    return _Directory(path, settings, ignores, settings.excluding() if settings else None)


def _settings(directory: str, resolver: Resolver) -> Settings | None:
    try:
        return resolver.settings_for(directory)
    except ConfigurationError:
        return None


def _complaints(directory: _Directory, resolver: Resolver) -> list[Failure]:
    if directory.settings is None:
        try:
            resolver.settings_for(directory.path)
        except ConfigurationError as error:
            return failures(error)
    return []


def _without_twins(found: Iterable[Source | Failure]) -> Iterator[Source | Failure]:
    """Leave out links to files that are found as well."""
    everything = list(found)
    real = {each.path for each in everything if isinstance(each, Source) and not os.path.islink(each.path)}
    for each in everything:
        if isinstance(each, Failure) or each.path in real or os.path.realpath(each.path) not in real:
            yield each


def _between(root: str, directory: str) -> list[str]:
    """The directories from just below a root down to a directory that is in it."""
    found: list[str] = []
    while directory != root and is_below(directory, root):
        found.append(directory)
        directory = os.path.dirname(directory)
    return found[::-1]
