"""The modules around a file: found by their dotted names, read when somebody asks, seen as the editor has them.

Nothing of the workspace is imported or executed. What cannot be found or read is simply not there.
"""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sessile.flow.names import global_value
from sessile.flow.revisions import CLASSES, MAPPING, PROJECT, STATE, Held, Revisions
from sessile.flow.scopes import ModuleScope
from sessile.flow.values import ClassRef
from sessile.orm.mapped import Role
from sessile.project.environment import packages
from sessile.project.layout import INIT, python_files
from sessile.project.modules import Modules
from sessile.project.release import find_release
from sessile.project.texts import Texts, mentions
from sessile.syntax import UndecodableError, parse, read_source
from sessile.text import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sessile.flow.changes import Change
    from sessile.flow.machine import Machine
    from sessile.flow.world import State
    from sessile.orm.mapped import ClassFacts
    from sessile.project.release import Release
    from sessile.project.settings import Settings
    from sessile.rules.verdict import Verdict
    from sessile.syntax import Block, Module

FACTORY = "sessionmaker"
#: Words in a block that has an answer to a question to the whole project, and the question.
PROJECT_WIDE = ((".state.", STATE), ("backref", MAPPING), ("map", MAPPING))


@dataclass(slots=True)
class Workspace:
    """The modules below `root` and below the source roots, and open documents in place of what is on disk."""

    root: str
    sources: tuple[str, ...] = ()
    functions: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    #: The `site-packages` of the project's environment.
    site: str | None = None
    #: States of what module-level names hold; they live as long as the modules' values.
    shared: dict[int, State] = field(default_factory=dict)
    revisions: Revisions = field(default_factory=Revisions)
    #: Whether every use of a function is a call that was followed, as last found out; by path and qualified name.
    followed: dict[tuple[str, str], bool] = field(default_factory=dict)
    #: Raises Interrupted when work is to be given up for now.
    interrupt: Callable[[], None] | None = None
    #: The problems of blocks, by the rules that were on.
    verdicts: WeakKeyDictionary[Block, dict[object, Held[Verdict]]] = field(default_factory=WeakKeyDictionary)
    #: What changes where in the blocks of a module, by its path; see `hinting`.
    changes: dict[str, dict[tuple[Block | ast.AST, ...], Held[list[Change]]]] = field(default_factory=dict)
    _modules: dict[str, ModuleScope | None] = field(default_factory=dict)
    _options: dict[bool, bool | None] | None = None
    #: The release of SQLAlchemy that the project's files name, once somebody asked.
    _release: tuple[Release | None] | None = None
    _files: list[str] | None = None
    _texts: Texts | None = None
    #: Documents that differ from what the disk has, and those that were not compared yet.
    _differing: dict[str, Document] = field(default_factory=dict)
    _uncompared: set[str] = field(default_factory=set)
    _layout: Modules | None = None
    _packages: frozenset[str] | None = None

    def __post_init__(self) -> None:
        self._uncompared.update(self.documents)

    def heed(self) -> None:
        """Give up what is being computed if whoever asked for it has something else to do first."""
        if self.interrupt is not None:
            self.interrupt()

    def open(self, document: Document) -> ModuleScope:
        """See this text instead of the file's; unchanged blocks keep their identity."""
        held = self._modules.get(document.path)
        self.documents[document.path] = document
        self._uncompared.add(document.path)
        if held is None:
            if document.path in self._modules or self._files is None:
                self.revisions.forget()
            if not os.path.isfile(document.path):
                self._layout = None
            return self._put(document)
        if held.module.document.text != document.text:
            self._edit(held, parse(document, held.module))
        return held

    def _edit(self, scope: ModuleScope, module: Module) -> None:
        """Go on with a newer text of a module; only what read a changed name is computed again."""
        before = scope.module
        names = scope.edit(module)
        changed = [read for name in names for read in ((scope.path, name), (CLASSES, name))]
        if any(FACTORY in placed.block.text for placed in module.blocks if placed.block.names & names):
            self._options = None
            changed.append(PROJECT)
        different = _changed(before, module)
        changed += [read for word, read in PROJECT_WIDE if any(word in each.text for each in different)]
        for block in different:
            self.verdicts.pop(block, None)
        if "*" in names:
            self.revisions.forget()
        self.revisions.edited(changed)

    def _put(self, document: Document) -> ModuleScope:
        self.heed()
        module = parse(document)
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
        self._layout = None
        self._options = None
        self._release = None
        self._files = None
        self._texts = None
        self._differing.clear()
        self._uncompared = set(self.documents)

    def scope_of(self, path: str) -> ModuleScope | None:
        """The module of a file."""
        if path not in self._modules:
            text = _read(path)
            if text is None:
                self._modules[path] = None
            else:
                self._put(Document(path, text))
        return self._modules[path]

    @property
    def layout(self) -> Modules:
        """Where imports lead."""
        if self._layout is None:
            sources = [os.path.normpath(os.path.join(self.root, each)) for each in self.sources]
            self._layout = Modules(self.root, sources, self._exists, self.files, self.site)
        return self._layout

    def roots(self) -> tuple[str, ...]:
        """Every directory from which some file may import."""
        return tuple(self.layout.starts())

    def module(self, name: str, importer: str = "") -> ModuleScope | None:
        """The module that a file means by a dotted name, if it lies in the workspace."""
        return self._at(self.layout.absolute(name, importer))

    def relative(self, level: int, name: str, importer: str) -> ModuleScope | None:
        """The module that a file means by so many dots and a name."""
        return self._at(self.layout.relative(level, name, importer))

    def package(self, path: str, levels: int) -> str:
        """The package so many levels above a module, by its file or directory; the module itself for none."""
        found = os.path.dirname(path) if levels and os.path.basename(path) == INIT else path
        for _ in range(levels):
            found = os.path.dirname(found)
        init = os.path.join(found, INIT)
        return init if levels and self._exists(init) else found

    def submodule(self, package: str, name: str) -> ModuleScope | None:
        """The module of that name in a package, given by its file or directory."""
        directory = os.path.dirname(package) if os.path.basename(package) == INIT else package
        return None if directory.endswith(".py") else self._at(self.layout.below(directory, name))

    def outside(self, name: str) -> tuple[ModuleScope, str] | None:
        """The module of an installed package that binds a dotted name, and what the name is there."""
        if self.site is None or name.partition(".")[0] not in self.packages():
            return None
        module, _, last = name.rpartition(".")
        scope = self._at(self.layout.below(self.site, module)) if module else None
        return (scope, last) if scope is not None and {last, "*"} & scope.bindings.keys() else None

    def packages(self) -> frozenset[str]:
        """The top-level names of the installed packages that build on SQLAlchemy."""
        if self._packages is None:
            self._packages = packages(self.site) if self.site is not None else frozenset()
        return self._packages

    def is_outside(self, path: str) -> bool:
        """Whether a file belongs to an installed package."""
        return self.site is not None and path.startswith(self.site + os.sep)

    def _at(self, path: str | None) -> ModuleScope | None:
        return self.scope_of(path) if path is not None else None

    def _exists(self, path: str) -> bool:
        return path in self.documents or os.path.isfile(path)

    def name_of(self, path: str) -> tuple[str, bool]:
        """The dotted name of a file and whether it is a package's `__init__`."""
        root = self.layout.package_root(path)
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

    def _factories(self, asynchronous: bool) -> Iterator[bool | None]:
        for path in self.holding(FACTORY):
            scope = self.scope_of(path)
            if scope is not None:
                yield from factory_options(scope)[asynchronous]

    def release(self) -> Release | None:
        """The release of SQLAlchemy that the project's own files name."""
        if self._release is None:
            self._release = (find_release(self.root),)
        return self._release[0]

    def files(self) -> list[str]:
        """Python files of the workspace, open ones included."""
        if self._files is None:
            self._files = python_files(self.root) if self.root else []
        return list(dict.fromkeys([*self._files, *self.documents]))

    @property
    def texts(self) -> Texts:
        """What the disk has of the workspace's files."""
        if self._texts is None:
            if self._files is None:
                self._files = python_files(self.root) if self.root else []
            self._texts = Texts(self._files)
        return self._texts

    def holding(self, text: str) -> list[str]:
        """The files in which a text stands anywhere, by their paths."""
        differing = self.differing()
        opened = [path for path, document in differing.items() if text in document.text]
        return sorted({*opened, *(path for path in self.texts.holding(text) if path not in differing)})

    def weight(self) -> int:
        """How many characters of source are held as modules."""
        return sum(len(scope.module.document.text) for scope in self._modules.values() if scope is not None)

    def mapped_class(self, m: Machine, name: str, owner: ClassFacts) -> ClassFacts | None:
        """A mapped class by its name alone, as `relationship("Name")` of `owner` finds it; of several that with the
        same base, None where that does not tell."""
        found = []
        for scope in self.mentioning(name):
            if any(isinstance(each, ast.ClassDef) for _, each in scope.bindings.get(name, ())):
                value = global_value(m, scope, name)
                if isinstance(value, ClassRef) and value.facts.role is Role.MAPPED:
                    found.append(value.facts)
        if len(found) > 1:
            found = [each for each in found if _one_registry(each, owner)]
        return found[0] if len(found) == 1 else None

    def mentions(self, name: str, path: str) -> list[ModuleScope] | None:
        """The modules other than `path` in whose text a name occurs; None where there is no workspace to look in."""
        return [scope for scope in self.mentioning(name) if scope.path != path] if self.root else None

    def mentioning(self, name: str) -> list[ModuleScope]:
        """The modules in whose text a name occurs, by their paths."""
        self.heed()
        differing = self.differing()
        opened = [path for path, document in differing.items() if mentions(document, name)]
        paths = {*opened, *(path for path in self.texts.mentioning(name) if path not in differing)}
        return [scope for path in sorted(paths) if (scope := self.scope_of(path)) is not None]

    def differing(self) -> dict[str, Document]:
        """The documents that differ from what the disk has, by path."""
        for path in self._uncompared:
            document = self.documents.get(path)
            if document is None or self.texts.has(document):
                self._differing.pop(path, None)
            else:
                self._differing[path] = document
        self._uncompared.clear()
        return self._differing

    def text_of(self, path: str) -> str | None:
        """The text of a file as the workspace sees it."""
        return self.documents[path].text if path in self.documents else _read(path)


def _one_registry(one: ClassFacts, other: ClassFacts) -> bool:
    """Whether two mapped classes have a base class of the workspace in common."""
    return any(each.role is Role.ABSTRACT and each.node is not None and each in other.mro for each in one.mro)


def _changed(before: Module, after: Module) -> set[Block]:
    """The blocks that only one of two texts has."""
    return {placed.block for placed in before.blocks} ^ {placed.block for placed in after.blocks}


def factory_options(scope: ModuleScope) -> dict[bool, list[bool | None]]:
    """What the factories made in a module, asynchronous ones and others, say of `expire_on_commit`."""
    trees = [placed.block.tree for placed in scope.module.blocks if FACTORY in placed.block.text]
    imported = {name for placed in scope.module.blocks for name in _imported(placed.block.tree)}
    return {kind: [each for tree in trees for each in _options(tree, kind, imported)] for kind in (True, False)}


def _imported(tree: ast.AST) -> Iterator[str]:
    """The names that a tree imports, at its top or further inside."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (each.asname or each.name.partition(".")[0] for each in node.names)


def _options(tree: ast.AST, asynchronous: bool, imported: set[str]) -> Iterator[bool | None]:
    """What the factories made in a tree say of `expire_on_commit`; None where it cannot be read. What goes by the name
    of the class without being imported is a factory itself, and a call of it a session."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        given = {each.arg: each.value for each in node.keywords}
        kind = ast.unparse(given["class_"]) if "class_" in given else ""
        if name not in ("sessionmaker", "async_sessionmaker") or _root(node.func) not in imported:
            continue
        if (name.startswith("async_") or "Async" in kind) is not asynchronous:
            continue
        option = given.get("expire_on_commit", ast.Constant(None if None in given else True))
        yield bool(option.value) if isinstance(option, ast.Constant) and option.value is not None else None


def _root(node: ast.expr) -> str:
    """The name that a dotted name begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return getattr(node, "id", "")


def _agreed(values: list[bool | None]) -> bool | None:
    return values[0] if values and all(value is values[0] for value in values) else None


def _read(path: str) -> str | None:
    try:
        with open(path, "rb") as file:
            return read_source(file.read()).text
    except (OSError, UndecodableError):
        return None


def _namespace(root: str, base: str) -> bool:
    """Whether a directory without `__init__` lies below a package-like tree (namespace packages)."""
    parent = os.path.dirname(root)
    return parent.startswith(base) and os.path.isfile(os.path.join(parent, "__init__.py"))


def workspace_of(settings: Settings, site: str | None) -> Workspace:
    """The workspace of a project as it is on the disk; `site` is the `site-packages` of its environment."""
    functions = {name: declared.facts() for name, declared in settings.functions.items()}
    return Workspace(settings.root, settings.src, functions, site=site)
