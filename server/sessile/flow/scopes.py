"""Where code stands: a module, a class body or a function, and which names it binds."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sessile.flow.revisions import CONFIGURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sessile.flow.liveness import Liveness
    from sessile.flow.revisions import Held
    from sessile.flow.values import Value
    from sessile.flow.world import State
    from sessile.orm.mapped import ClassFacts, Relationship
    from sessile.syntax import Block, Module

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Binder = ast.stmt


@dataclass(slots=True, eq=False)
class ModuleScope:
    """A module of the workspace; `name` is its dotted name, `package` whether it is an `__init__`.

    The module lives on when its text is edited; what it remembers says itself whether it still holds. `values` are its
    global names, evaluated when somebody asks; `facts` its classes and `methods` their decorated methods, by node.
    """

    module: Module
    name: str
    package: bool = False
    values: dict[str, Held[Value]] = field(default_factory=dict)
    facts: dict[ast.AST, Held[ClassFacts]] = field(default_factory=dict)
    methods: dict[ast.AST, Held[Value]] = field(default_factory=dict)
    relevance: dict[ast.AST, Held[bool]] = field(default_factory=dict)
    #: What other classes add to the module's own, by class and name.
    backrefs: dict[tuple[str, str], Held[Relationship | None]] = field(default_factory=dict)
    scopes: dict[ast.AST, Scope] = field(default_factory=dict)
    #: Values of calls that have nothing to do with sessions.
    inert: dict[tuple[object, ...], Held[Value]] = field(default_factory=dict)
    #: What a class's constructor leaves behind, by the class's node.
    constructed: dict[ast.AST, Held[tuple[Mapping[str, Value], Mapping[int, State]]]] = field(default_factory=dict)
    _bound: dict[Block, list[tuple[str, Binder]]] = field(default_factory=dict)
    _bindings: dict[str, list[tuple[Block, Binder]]] | None = None
    _later: dict[str, list[tuple[Block, ast.Assign]]] | None = None

    @property
    def path(self) -> str:
        return self.module.path

    @property
    def bindings(self) -> dict[str, list[tuple[Block, Binder]]]:
        """Top-level names and the statements that bind them, in order."""
        if self._bindings is None:
            self._bindings = {}
            for placed in self.module.blocks:
                for name, statement in self._names(placed.block):
                    self._bindings.setdefault(name, []).append((placed.block, statement))
        return self._bindings

    @property
    def later(self) -> dict[str, list[tuple[Block, ast.Assign]]]:
        """Global names that functions assign, and the assignments."""
        if self._later is None:
            self._later = {}
            for placed in self.module.blocks:
                for name, statement in assigned_later(placed.block):
                    self._later.setdefault(name, []).append((placed.block, statement))
        return self._later

    def _names(self, block: Block) -> list[tuple[str, Binder]]:
        found = self._bound.get(block)
        if found is None:
            found = self._bound[block] = list(bound_names(block.tree.body))
        return found

    def edit(self, module: Module) -> set[str]:
        """Go on with a newer text. Gives the names that are bound differently now."""
        if module is self.module:
            return set()
        before = self.module
        self.module = module
        kept = {placed.block for placed in module.blocks}
        gone = [placed.block for placed in before.blocks if placed.block not in kept]
        old = {placed.block for placed in before.blocks}
        new = [placed.block for placed in module.blocks if placed.block not in old]
        names = {name for block in (*gone, *new) for name, _ in (*self._names(block), *assigned_later(block))}
        names |= {CONFIGURE for block in (*gone, *new) if CONFIGURE in block.names}
        for block in gone:
            self._bound.pop(block, None)
            for node in ast.walk(block.tree):
                for held in (self.facts, self.methods, self.relevance, self.scopes, self.constructed):
                    held.pop(node, None)
        self._bindings = self._later = None
        return names

    def scope(self, node: FunctionNode | ast.ClassDef | ast.Module, block: Block, parent: Scope | None) -> Scope:
        """The one Scope of a node."""
        found = self.scopes.get(node)
        if found is None:
            found = self.scopes[node] = Scope(self, block, node, parent)
        return found


class _Referable:
    """Can be referred to weakly, in Python 3.10 too."""

    __slots__ = ("__weakref__",)


@dataclass(slots=True, eq=False)
class Scope(_Referable):
    """A function, lambda, class body or module body."""

    module: ModuleScope
    block: Block
    node: FunctionNode | ast.ClassDef | ast.Module
    parent: Scope | None = None
    #: The class whose body holds this function.
    owner: ClassFacts | None = None
    #: Conditions that are asked more than once, by the identity of their nodes.
    conditions: dict[int, str] | None = None
    counters: frozenset[int] | None = None
    _liveness: tuple[Liveness | None] | None = None
    _kind: str | None = None
    _globals: frozenset[str] | None = None
    _assigned: frozenset[str] | None = None
    _named: frozenset[str] | None = None
    _builds_text: bool | None = None
    _endings: frozenset[ast.Call] | None = None
    _methods: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] | None = None
    _given: dict[str, ast.expr | ast.ClassDef] | None = None
    _annotated: dict[str, ast.expr] | None = None

    @property
    def assigned(self) -> frozenset[str]:
        """Names that the body assigns, parameters that it never touches left out."""
        if self._assigned is None:
            stored = (each for each in own_nodes(self.node) if isinstance(each, ast.Name))
            self._assigned = frozenset(each.id for each in stored if isinstance(each.ctx, ast.Store))
        return self._assigned

    @property
    def named(self) -> frozenset[str]:
        """The names in it and in all functions inside: all that it can keep alive of the functions around."""
        if self._named is None:
            self._named = frozenset(each.id for each in ast.walk(self.node) if isinstance(each, ast.Name))
        return self._named

    @property
    def qualname(self) -> str:
        own = getattr(self.node, "name", "<lambda>" if isinstance(self.node, ast.Lambda) else "")
        outer = self.parent.qualname if self.parent is not None else ""
        return f"{outer}.{own}" if outer else own

    @property
    def asynchronous(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def generator(self) -> bool:
        """Whether a call makes a generator."""
        if self._kind is None:
            nodes = own_nodes(self.node)
            self._kind = "generator" if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in nodes) else "plain"
        return self._kind == "generator"

    @property
    def globals(self) -> frozenset[str]:
        """The names that the function declares `global`."""
        if self._globals is None:
            declared = [node.names for node in own_nodes(self.node) if isinstance(node, ast.Global)]
            self._globals = frozenset(name for names in declared for name in names)
        return self._globals

    @property
    def liveness(self) -> Liveness | None:
        """Which of the function's names are asked for again; None if all may be at any time."""
        if self._liveness is None:
            from sessile.flow.conditions import conditions_of
            from sessile.flow.liveness import liveness

            self._liveness = (liveness(self.node, conditions_of(self)),)
        return self._liveness[0]

    @property
    def endings(self) -> frozenset[ast.Call]:
        """The calls that stand last in a branch and whose results nobody wants."""
        from sessile.flow.endings import endings

        if self._endings is None:
            self._endings = frozenset(endings(self.node))
        return self._endings

    @property
    def methods(self) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
        """The functions of a class's body, by name; of several with one name the last."""
        if self._methods is None:
            body = self.node.body if isinstance(self.node, ast.ClassDef) else []
            functions = (each for each in body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
            self._methods = {each.name: each for each in functions}
        return self._methods

    @property
    def given(self) -> dict[str, ast.expr | ast.ClassDef]:
        """What a class's body first gives to each name, its methods left out."""
        if self._given is None:
            self._given = {}
            for statement in self.node.body if isinstance(self.node, ast.ClassDef) else ():
                for name, value in _given_by(statement):
                    self._given.setdefault(name, value)
        return self._given

    @property
    def annotated(self) -> dict[str, ast.expr]:
        """The first annotation of each name in a class's body."""
        if self._annotated is None:
            self._annotated = {}
            for statement in self.node.body if isinstance(self.node, ast.ClassDef) else ():
                if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                    self._annotated.setdefault(statement.target.id, statement.annotation)
        return self._annotated

    @property
    def builds_text(self) -> bool:
        """Whether a call may return a text made at run time, which may become SQL."""
        if self._builds_text is None:
            returned = [each.value for each in ast.walk(self.node) if isinstance(each, ast.Return)]
            self._builds_text = any(isinstance(each, ast.JoinedStr | ast.BinOp | ast.Call) for each in returned)
        return self._builds_text

    @property
    def decorators(self) -> list[ast.expr]:
        return getattr(self.node, "decorator_list", [])

    @property
    def decorator_names(self) -> set[str]:
        """The last parts of the names of its decorators, those that are called left out."""
        return {getattr(each, "id", getattr(each, "attr", "")) for each in self.decorators}


def _given_by(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | ast.ClassDef]]:
    """What a statement in a class's body gives to names; an annotated default counts only where instances cannot have
    another value."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            yield from ((each.id, value) for each in targets if isinstance(each, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), annotation=kind, value=ast.expr() as value):
            if ast.unparse(kind).partition("[")[0].rpartition(".")[2] in ("ClassVar", "Final"):
                yield name, value
        case ast.ClassDef(name=name):
            yield name, statement


def assigned_later(block: Block) -> Iterator[tuple[str, ast.Assign]]:
    """Names that functions of a block declare `global`, with what they assign to them."""
    if "global" not in block.text:
        return
    for node in block.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = list(own_nodes(node))
            shared = {name for each in inside if isinstance(each, ast.Global) for name in each.names}
            for each in inside:
                if isinstance(each, ast.Assign):
                    yield from (
                        (name, each) for target in each.targets for name in target_names(target) if name in shared
                    )


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a function or statement, those of nested functions and classes left out."""
    todo = list(ast.iter_child_nodes(node))
    while todo:
        child = todo.pop()
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo.extend(ast.iter_child_nodes(child))


def bound_names(body: list[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """Names that a list of statements binds, `if`, `try` and `with` around them included."""
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name, statement
            case ast.Import():
                for alias in statement.names:
                    yield alias.asname or alias.name.partition(".")[0], statement
            case ast.ImportFrom():
                for alias in statement.names:
                    yield alias.asname or alias.name, statement
            case ast.Assign(targets=targets):
                for target in targets:
                    for name in target_names(target):
                        yield name, statement
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
                yield name, statement
            case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
                yield from bound_names(statement.body)
                yield from bound_names(getattr(statement, "orelse", []))
                yield from bound_names(getattr(statement, "finalbody", []))
                for handler in getattr(statement, "handlers", []):
                    yield from bound_names(handler.body)
            case _:
                alias_name = getattr(getattr(statement, "name", None), "id", None)
                if isinstance(alias_name, str):
                    yield alias_name, statement


def target_names(target: ast.expr) -> Iterator[str]:
    """Names bound by an assignment target."""
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


ParameterKind = Literal["positional", "keyword", "varargs", "kwargs"]


def parameters(node: FunctionNode) -> list[tuple[ast.arg, ParameterKind, ast.expr | None]]:
    """The parameters of a function in order, with their kind and default."""
    spec = node.args
    plain = [*spec.posonlyargs, *spec.args]
    padding: list[ast.expr | None] = [None] * (len(plain) - len(spec.defaults))
    found: list[tuple[ast.arg, ParameterKind, ast.expr | None]] = [
        (arg, "positional", default) for arg, default in zip(plain, [*padding, *spec.defaults], strict=True)
    ]
    if spec.vararg is not None:
        found.append((spec.vararg, "varargs", None))
    found.extend((arg, "keyword", default) for arg, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True))
    if spec.kwarg is not None:
        found.append((spec.kwarg, "kwargs", None))
    return found
