"""The modules around a file: found by their dotted names, read when somebody asks, seen as the editor has them.

Nothing of the workspace is imported or executed. What cannot be found or read is simply not there.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sessile.flow.names import global_value
from sessile.flow.revisions import PROJECT, Held, Revisions
from sessile.flow.scopes import ModuleScope
from sessile.flow.values import ClassRef
from sessile.orm.mapped import Role
from sessile.project.release import find_release
from sessile.syntax import UndecodableError, parse, read_source
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessile.flow.machine import Machine
    from sessile.flow.world import State
    from sessile.orm.mapped import ClassFacts
    from sessile.project.release import Release
    from sessile.rules.verdict import Verdict
    from sessile.syntax import Block, Module

#: Directories below which a mapped class is looked for by name, and how many files are looked into.
SEARCHED = 1_500
_WORD = re.compile(r"[^\W\d]\w*")
_FACTORY = "sessionmaker"
SKIPPED = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages", "build", "dist"})


@dataclass(slots=True)
class Workspace:
    """The modules below `root` and below the source roots, and open documents in place of what is on disk."""

    root: str
    sources: tuple[str, ...] = ()
    functions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    #: States of what module-level names hold; they live as long as the modules' values.
    shared: dict[int, State] = field(default_factory=dict)
    revisions: Revisions = field(default_factory=Revisions)
    #: The problems of blocks, by the rules that were on.
    verdicts: WeakKeyDictionary[Block, dict[object, Held[Verdict]]] = field(default_factory=WeakKeyDictionary)
    _modules: dict[str, ModuleScope | None] = field(default_factory=dict)
    _named: dict[str, str | None] = field(default_factory=dict)
    _options: dict[bool, bool | None] | None = None
    #: The release of SQLAlchemy that the project's files name, once somebody asked.
    _release: tuple[Release | None] | None = None
    _files: list[str] | None = None
    _package_roots: dict[str, None] = field(default_factory=dict)
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    def open(self, document: Document) -> ModuleScope:
        """See this text instead of the file's; unchanged blocks keep their identity."""
        held = self._modules.get(document.path)
        self.documents[document.path] = document
        if held is None:
            if document.path in self._modules or self._files is None:
                self.revisions.forget()
            return self._put(document)
        if held.module.document.text != document.text:
            self._edit(held, parse(document, held.module))
        return held

    def _edit(self, scope: ModuleScope, module: Module) -> None:
        """Go on with a newer text of a module; only what read a changed name is computed again."""
        names = scope.edit(module)
        changed = [(scope.path, name) for name in names]
        if any(_FACTORY in placed.block.text for placed in module.blocks if placed.block.names & names):
            self._options = None
            changed.append(PROJECT)
        self._words.pop(scope.path, None)
        self.revisions.edited(changed)

    def _put(self, document: Document) -> ModuleScope:
        module = parse(document)
        self._package_roots.setdefault(package_root(document.path))
        name, package = self.name_of(document.path)
        scope = self._modules[document.path] = ModuleScope(module, name, package)
        return scope

    def forget(self) -> None:
        """Files may have changed: what was evaluated of them is evaluated again when asked for."""
        self.revisions.forget()
        for path, scope in list(self._modules.items()):
            text = self.text_of(path)
            if scope is None or text is None:
                del self._modules[path]
            elif scope.module.document.text != text:
                scope.edit(parse(self.documents.get(path) or Document(path, text), scope.module))
        self._named.clear()
        self._options = None
        self._release = None
        self._files = None
        self._words.clear()

    def scope_of(self, path: str) -> ModuleScope | None:
        """The module of a file."""
        if path not in self._modules:
            text = _read(path)
            if text is None:
                self._modules[path] = None
            else:
                self._put(Document(path, text))
        return self._modules[path]

    def module(self, name: str) -> ModuleScope | None:
        """The module of a dotted name, if it lies in the workspace."""
        if name not in self._named:
            self._named[name] = next((path for path in self._candidates(name) if self._exists(path)), None)
        path = self._named[name]
        return self.scope_of(path) if path is not None else None

    def _exists(self, path: str) -> bool:
        return path in self.documents or os.path.isfile(path)

    def _candidates(self, name: str) -> Iterator[str]:
        relative = name.replace(".", os.sep)
        for root in self.roots():
            yield os.path.join(root, relative + ".py")
            yield os.path.join(root, relative, "__init__.py")

    def roots(self) -> tuple[str, ...]:
        """Where absolute imports start: declared sources, roots of files seen so far, `src`, and the project's root."""
        found = [os.path.join(self.root, each) for each in self.sources]
        found += list(self._seen_roots)
        found += [os.path.join(self.root, "src"), self.root]
        return tuple(dict.fromkeys(found))

    @property
    def _seen_roots(self) -> list[str]:
        return list(self._package_roots)

    def name_of(self, path: str) -> tuple[str, bool]:
        """The dotted name of a file and whether it is a package's `__init__`."""
        root = package_root(path)
        for each in (os.path.join(self.root, "src"), self.root):
            if path.startswith(each + os.sep) and root.startswith(each + os.sep):
                root = (
                    each if not os.path.isfile(os.path.join(root, "__init__.py")) and _namespace(root, each) else root
                )
        relative = os.path.relpath(path, root)[:-3].replace(os.sep, ".")
        package = relative.endswith("__init__")
        return (relative.removesuffix(".__init__") if package else relative), package

    def declared(self, name: str) -> dict[str, object] | None:
        """What the user declared of a function."""
        found = self.functions.get(name)
        return dict(found) if found is not None else None

    def expire_on_commit(self, asynchronous: bool) -> bool | None:
        """What every factory of the project says; None where there is none or where they differ."""
        if self._options is None:
            self._options = {kind: _agreed(list(self._factories(kind))) for kind in (True, False)}
        return self._options[asynchronous]

    def _factories(self, asynchronous: bool) -> Iterator[bool]:
        for path in self.files():
            if not any(_FACTORY in word for word in self._identifiers(path)):
                continue
            scope = self.scope_of(path)
            for placed in scope.module.blocks if scope is not None else ():
                if any(_FACTORY in name for name in placed.block.names):
                    yield from _options(placed.block.tree, asynchronous)

    def release(self) -> Release | None:
        """The release of SQLAlchemy that the project's own files name."""
        if self._release is None:
            self._release = (find_release(self.root),)
        return self._release[0]

    def files(self) -> list[str]:
        """Python files of the workspace, at most so many, open ones included."""
        if self._files is None:
            self._files = list(_walk(self.root))[:SEARCHED] if self.root else []
        return [*self._files, *(path for path in self.documents if path not in self._files)]

    def mapped_class(self, m: Machine, name: str) -> ClassFacts | None:
        """A mapped class by its name alone, as `relationship("Name")` finds it; None where several qualify."""
        found = []
        for path in self._mentioning(name):
            scope = self.scope_of(path)
            if scope is None or not any(isinstance(each, ast.ClassDef) for _, each in scope.bindings.get(name, ())):
                continue
            value = global_value(m, scope, name)
            if isinstance(value, ClassRef) and value.facts.role is Role.MAPPED:
                found.append(value.facts)
        return found[0] if len(found) == 1 else None

    def mentions(self, name: str, path: str) -> list[ModuleScope] | None:
        """The modules other than `path` in whose text a name occurs; None where the workspace is too large to tell."""
        if not self.root or len(self.files()) >= SEARCHED:
            return None
        scopes = [self.scope_of(each) for each in self._mentioning(name) if each != path]
        return [scope for scope in scopes if scope is not None]

    def _mentioning(self, name: str) -> list[str]:
        return [path for path in self.files() if name in self._identifiers(path)]

    def _identifiers(self, path: str) -> frozenset[str]:
        found = self._words.get(path)
        if found is None:
            found = self._words[path] = frozenset(map(sys.intern, _WORD.findall(self.text_of(path) or "")))
        return found

    def text_of(self, path: str) -> str | None:
        """The text of a file as the workspace sees it."""
        return self.documents[path].text if path in self.documents else _read(path)


def _options(tree: ast.AST, asynchronous: bool) -> Iterator[bool]:
    """What the factories made in a tree say of `expire_on_commit`, where it can be read."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = {each.arg: each.value for each in node.keywords}
        kind = ast.unparse(given["class_"]) if "class_" in given else ""
        if name not in ("sessionmaker", "async_sessionmaker"):
            continue
        if (name.startswith("async_") or "Async" in kind) is not asynchronous:
            continue
        option = given.get("expire_on_commit")
        if None not in given or option is not None:
            yield not (isinstance(option, ast.Constant) and option.value is False)


def _agreed(values: list[bool]) -> bool | None:
    return values[0] if values and all(value is values[0] for value in values) else None


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return read_source(file.read()).text
    except (OSError, UndecodableError):
        return None


def package_root(path: str) -> str:
    """The directory from which a file is imported: the first one upwards that is no package."""
    directory = os.path.dirname(path)
    while os.path.isfile(os.path.join(directory, "__init__.py")):
        directory = os.path.dirname(directory)
    return directory


def _namespace(root: str, base: str) -> bool:
    """Whether a directory without `__init__` lies below a package-like tree (namespace packages)."""
    parent = os.path.dirname(root)
    return parent.startswith(base) and os.path.isfile(os.path.join(parent, "__init__.py"))


def _walk(root: str) -> Iterator[str]:
    for directory, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in SKIPPED and not name.startswith("."))
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(directory, name)
