"""What a class says of itself to SQLAlchemy, as immutable values.

The facts of a class never depend on other files than through the facts of its bases. What other classes add to it (a
`backref`, an attribute assigned later) is not in here: see `linking`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Mapping

AccessorKind = Literal["property", "hybrid", "method", "association_proxy", "synonym", "composite", "plain"]


class Role(Enum):
    """What a class is to the ORM; ABSTRACT covers declarative bases and `__abstract__` classes.

    MIXIN_OR_PLAIN is anything else: its columns count where a mapped class inherits from it. PYDANTIC includes SQLModel
    classes without a table.
    """

    MAPPED = "mapped"
    ABSTRACT = "abstract"
    MIXIN_OR_PLAIN = "mixin_or_plain"
    PYDANTIC = "pydantic"


@dataclass(frozen=True, slots=True)
class Column:
    """A mapped column or column expression, under its attribute name.

    `server_default`: the database makes the value of an INSERT that does not set it (server default, default that is an
    SQL expression, `Computed`). `onupdate`: the value is unloaded after an UPDATE (`Computed`, `server_onupdate`, an
    `onupdate` that is an SQL expression). `expression`: a `column_property` of an expression, or a `query_expression`;
    with `expire_on_flush` it is unloaded by every flush that has its object among the new or changed ones.
    `foreign_key`: its target as written, "table.column" or "Class.attribute". `type`: last part of the SQL type's name.
    `annotation`: the Python type as written within `Mapped[...]`. `nullable` is None where the class does not say.
    `plain_json`: a mutable value (JSON, ARRAY, ...) whose in-place changes nobody notices.
    """

    name: str
    primary_key: bool = False
    deferred: bool = False
    raiseload: bool = False
    foreign_key: str | None = None
    default: bool = False
    server_default: bool = False
    onupdate: bool = False
    expression: bool = False
    query_expression: bool = False
    expire_on_flush: bool = True
    annotation: str | None = None
    type: str | None = None
    plain_json: bool = False
    nullable: bool | None = None


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship, under its attribute name.

    `target`: the class as written, a dotted name kept whole. `many`: a collection; None where only the other class can
    tell (see `linking.is_many`). `lazy`: select, joined, selectin, subquery, immediate, raise, raise_on_sql, noload,
    dynamic, write_only, or unknown where it is computed. `backref_many`, `backref_lazy`: what `backref(...)` says.
    `foreign_keys` and `remote_side`: names as written. `custom_join`: a `primaryjoin` of its own.
    """

    name: str
    target: str | None = None
    many: bool | None = None
    lazy: str = "select"
    back_populates: str | None = None
    backref: str | None = None
    backref_lazy: str | None = None
    backref_many: bool | None = None
    viewonly: bool = False
    secondary: bool = False
    join_depth: int | None = None
    foreign_keys: tuple[str, ...] = ()
    remote_side: tuple[str, ...] = ()
    custom_join: bool = False
    cascade: str | None = None
    annotation: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Accessor:
    """A name of the class that is neither column nor relationship.

    `node` is the getter of a property or hybrid, or the method. `target`: the attribute that a synonym or an
    association proxy goes through, or the annotation of a plain attribute. `reads`: all attributes it goes through (the
    columns of a composite). `attribute`: what an association proxy reads of the related objects.
    """

    name: str
    kind: AccessorKind
    node: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    target: str | None = None
    reads: tuple[str, ...] = ()
    attribute: str | None = None


@dataclass(frozen=True, slots=True)
class SqlType:
    """An SQL type: last part of its name, and whether its values are mutable without anyone noticing."""

    name: str
    plain_json: bool = False


Member = Column | Relationship | Accessor
NO_TYPES: Mapping[str, SqlType] = MappingProxyType({})
NO_MEMBERS: Mapping[str, Member] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MapperOptions:
    """`__mapper_args__` as far as it changes what is loaded; None where it is not set.

    Columns stand by attribute name. A value that is not a literal is "?". `computed`: a `declared_attr` gives them, for
    every subclass anew.
    """

    eager_defaults: bool | None = None
    polymorphic_on: str | None = None
    polymorphic_identity: str | None = None
    polymorphic_load: str | None = None
    version_id_col: str | None = None
    with_polymorphic: bool = False
    concrete: bool = False
    computed: bool = False


@dataclass(frozen=True, eq=False)
class ClassFacts:
    """A class: what it declares itself (`own`) and what it inherits (`attributes`).

    `bases` holds the dotted name of a base that could not be resolved. `complete`: every base is known and nothing adds
    names behind our back, so that a missing name does not exist, but for what other classes add (`linking`). `options`:
    its own `__mapper_args__`, None without. `types`: its own `type_annotation_map`, by annotation as written.
    """

    name: str
    module: str
    role: Role
    node: ast.ClassDef | None = None
    bases: tuple[ClassFacts | str, ...] = ()
    own: Mapping[str, Member] = field(default_factory=lambda: NO_MEMBERS)
    sqlmodel: bool = False
    complete: bool = True
    tablename: str | None = None
    options: MapperOptions | None = None
    types: Mapping[str, SqlType] = field(default_factory=lambda: NO_TYPES)

    @cached_property
    def qualified(self) -> str:
        """Dotted name of the class."""
        return f"{self.module}.{self.name}"

    @cached_property
    def mro(self) -> tuple[ClassFacts, ...]:
        """Known classes in the order in which Python looks names up, this one first."""
        known = [base for base in self.bases if isinstance(base, ClassFacts)]
        return (self, *_merge([list(base.mro) for base in known] + [known]))

    @cached_property
    def attributes(self) -> Mapping[str, Member]:
        """Every name that the class declares or inherits."""
        merged: dict[str, Member] = {}
        for each in reversed(self.mro):
            merged.update(each.own)
        return MappingProxyType(merged)

    @cached_property
    def primary_key(self) -> tuple[str, ...]:
        """Attribute names of the primary key; of the topmost mapped class where tables are joined."""
        for each in reversed(self.mro[1:]):
            if each.role is Role.MAPPED and not self.mapper_options.concrete and each.primary_key:
                return each.primary_key
        return tuple(column.name for column in self.columns if column.primary_key)

    @cached_property
    def mapper_options(self) -> MapperOptions:
        """The options that hold here: mixins pass on all of theirs, mapped bases what concerns the whole hierarchy."""
        return _inherited(self.mro)

    @cached_property
    def all_types(self) -> Mapping[str, SqlType]:
        """`type_annotation_map`, inherited."""
        return MappingProxyType({name: found for each in reversed(self.mro) for name, found in each.types.items()})

    @cached_property
    def awaitable_attrs(self) -> bool:
        """Whether `AsyncAttrs` is among the bases."""
        return any(each.name == "AsyncAttrs" and each.module.startswith("sqlalchemy.") for each in self.mro)

    @property
    def columns(self) -> Iterator[Column]:
        """Columns of `attributes`."""
        return (member for member in self.attributes.values() if isinstance(member, Column))

    @property
    def relationships(self) -> Iterator[Relationship]:
        """Relationships of `attributes`."""
        return (member for member in self.attributes.values() if isinstance(member, Relationship))

    def inherits(self, other: ClassFacts) -> bool:
        """Whether `other` is this class or one of its known bases."""
        return other.qualified in self._lineage

    @cached_property
    def _lineage(self) -> frozenset[str]:
        return frozenset(each.qualified for each in self.mro)

    @cached_property
    def tables(self) -> frozenset[str]:
        """What its tables, and those of its bases, may be called."""
        return frozenset(name for each in self.mro for name in (each.name, each.tablename or _snake_case(each.name)))

    @cached_property
    def references(self) -> tuple[tuple[Column, str], ...]:
        """Columns with a foreign key, and the table that it leads to."""
        keys = ((each, each.foreign_key.split(".")) for each in self.columns if each.foreign_key is not None)
        return tuple((column, parts[-2]) for column, parts in keys if len(parts) > 1)


def _snake_case(name: str) -> str:
    """Flask-SQLAlchemy's table name for a class that states none."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def _merge(sequences: list[list[ClassFacts]]) -> list[ClassFacts]:
    """C3 linearisation; where none exists, the first candidate goes on."""
    merged: list[ClassFacts] = []
    rest = [sequence for sequence in sequences if sequence]
    while rest:
        heads = [sequence[0] for sequence in rest]
        good = (head for head in heads if not any(head in sequence[1:] for sequence in rest))
        chosen = next(good, heads[0])
        merged.append(chosen)
        rest = [left for sequence in rest if (left := [each for each in sequence if each is not chosen])]
    return merged


def _inherited(mro: tuple[ClassFacts, ...]) -> MapperOptions:
    stated = [(each, each.options) for each in mro if each.options is not None]
    reach_here = (given for each, given in stated if each is mro[0] or each.role is not Role.MAPPED or given.computed)
    own = next(reach_here, MapperOptions())
    every = [own, *(given for _, given in stated)]
    return replace(
        own,
        polymorphic_on=next((each.polymorphic_on for each in every if each.polymorphic_on), None),
        version_id_col=next((each.version_id_col for each in every if each.version_id_col), None),
    )
