"""Where an import leads, as far as the layout of a project tells: a pure function of which files there are.

An absolute name is looked for where the importing file's own package lies, then in the declared source roots, then from
the file's folder upwards, and at last among the outermost packages of the whole project, if just one has that name. So
two programs in one repository each see their own `app`. Names of Python's own library never mean a file of the project.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sessile.project.layout import INIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Modules of Python's library, from 3.10 to 3.14, whichever of them runs us.
STANDARD = sys.stdlib_module_names | {
    *("annotationlib", "asynchat", "asyncore", "binhex", "cgi", "compression", "crypt", "distutils", "imp", "lib2to3"),
    *("pipes", "smtpd", "telnetlib", "tomllib"),
}


@dataclass(slots=True)
class Modules:
    """`root` and `sources` are absolute directories; `exists` and `files` say which files there are now. A file below
    `site`, where packages are installed, sees no more than its own package."""

    root: str
    sources: Sequence[str]
    exists: Callable[[str], bool]
    files: Callable[[], Sequence[str]]
    site: str | None = None
    _found: dict[tuple[str, str], str | None] = field(default_factory=dict)
    _roots: dict[str, str] = field(default_factory=dict)
    _packages: dict[str, list[str]] | None = None

    def forget(self) -> None:
        """Files came or went."""
        self._found.clear()
        self._roots.clear()
        self._packages = None

    def absolute(self, name: str, importer: str = "") -> str | None:
        """The file of a dotted name as a file (absolute path) means it; as any file does that has no such name by it.

        Of a folder without `__init__.py` nothing is found but what lies in it.
        """
        key = (os.path.dirname(importer), name)
        if key not in self._found:
            self._found[key] = self._absolute(name, importer)
        return self._found[key]

    def relative(self, level: int, name: str, importer: str) -> str | None:
        """The file that `from ..name import` means; `level` counts the dots, and `name` may be empty."""
        directory = os.path.dirname(importer)
        for _ in range(level - 1):
            directory = os.path.dirname(directory)
        return self.below(directory, name)

    def below(self, directory: str, name: str) -> str | None:
        """The file of a dotted name that is looked for in one directory; of an empty name the package itself."""
        stem = os.path.join(directory, *name.split(".")) if name else directory
        package = os.path.join(stem, INIT)
        if self.exists(package):
            return package
        return f"{stem}.py" if name and self.exists(f"{stem}.py") else None

    def package_root(self, path: str) -> str:
        """The directory from which a file is imported: the first one upwards that is no package."""
        directory = os.path.dirname(path)
        found = self._roots.get(directory)
        if found is None:
            found = directory
            while self.exists(os.path.join(found, INIT)) and os.path.dirname(found) != found:
                found = os.path.dirname(found)
            self._roots[directory] = found
        return found

    def starts(self) -> list[str]:
        """Every directory from which some file may import."""
        roots = dict.fromkeys(map(self.package_root, self.files()))
        return list(dict.fromkeys(base for root in roots for base in self._bases(os.path.join(root, INIT))))

    def _absolute(self, name: str, importer: str) -> str | None:
        head = name.partition(".")[0]
        if head in STANDARD:
            return None
        if self.site is not None and importer.startswith(self.site + os.sep):
            own = os.path.relpath(importer, self.site).split(os.sep)[0].removesuffix(".py")
            return self.below(self.site, name) if head == own else None
        for base in dict.fromkeys(self._bases(importer)):
            found = self.below(base, name)
            if found is not None:
                return found
        others = [found for base in self._outermost(head) if (found := self.below(base, name)) is not None]
        return others[0] if len(others) == 1 else None

    def _bases(self, importer: str) -> Iterator[str]:
        if importer:
            yield self.package_root(importer)
        yield from self.sources
        yield os.path.join(self.root, "src")
        yield self.root
        directory = os.path.dirname(importer)
        while importer and self.root and directory.startswith(self.root + os.sep):
            yield directory
            yield os.path.join(directory, "src")
            directory = os.path.dirname(directory)

    def _outermost(self, head: str) -> list[str]:
        """Directories that hold an outermost package of that name."""
        if self._packages is None:
            self._packages = {}
            for path in self.files():
                package = os.path.dirname(path)
                if os.path.basename(path) == INIT and self.package_root(path) == os.path.dirname(package):
                    self._packages.setdefault(os.path.basename(package), []).append(os.path.dirname(package))
        return self._packages.get(head, [])
