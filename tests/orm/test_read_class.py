"""What `read_class` says where names cannot be resolved, and where no library can be asked."""

from __future__ import annotations

import pytest
from reading import Module

from sessile.orm import linking
from sessile.orm.mapped import Accessor, ClassFacts, Column, Relationship, Role, flask_model

SA = """
from sqlalchemy import Column, ForeignKey, Integer, JSON, Table, func, text
from sqlalchemy.ext.declarative import DeferredReflection
from sqlalchemy.orm import DeclarativeBase, DeclarativeMeta, MappedAsDataclass, as_declarative
from sqlalchemy.orm import declarative_base, registry
"""
MODERN = """
from sqlalchemy import ForeignKey, JSON, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, deferred, declared_attr
class Base(DeclarativeBase): pass
"""


def read(text: str, name: str = "X") -> ClassFacts:
    return Module(text).classes[name]


def column(text: str, name: str = "x") -> Column:
    found = read(text).attributes[name]
    assert isinstance(found, Column)
    return found


def relationship(text: str, name: str = "x") -> Relationship:
    found = read(text).attributes[name]
    assert isinstance(found, Relationship)
    return found


ROLES = {
    "plain": ("class X: pass", Role.MIXIN_OR_PLAIN, True),
    "mixin": ("from sqlalchemy import Column\nclass X:\n    id = Column(primary_key=True)", Role.MIXIN_OR_PLAIN, True),
    "unresolved without evidence": ("from a import B\nclass X(B): pass", Role.MIXIN_OR_PLAIN, False),
    "unresolved with a table name": ("from a import B\nclass X(B):\n    __tablename__ = 'x'", Role.MAPPED, False),
    "unresolved with mapped": (
        "from a import B\nfrom sqlalchemy.orm import Mapped\nclass X(B):\n    id: Mapped[int]",
        Role.MAPPED,
        False,
    ),
    "unresolved and abstract": (
        "from a import B\nclass X(B):\n    __abstract__ = True\n    __tablename__ = 'x'",
        Role.ABSTRACT,
        False,
    ),
    "re-exported words": ("from app.db import Model, Column\nclass X(Model):\n    id = Column()", Role.MAPPED, False),
    "flask": ("from app import db\nclass X(db.Model):\n    id = db.Column(db.Integer)", Role.MAPPED, False),
    "django": ("from django.db import models\nclass X(models.Model):\n    id = models.IntegerField()", None, False),
    "rich": ("from rich.table import Column\nclass X(Other):\n    id = Column('a')", Role.MIXIN_OR_PLAIN, False),
    "pydantic": ("import pydantic\nclass X(pydantic.BaseModel):\n    id: int", Role.PYDANTIC, True),
    "settings": ("from pydantic_settings import BaseSettings\nclass X(BaseSettings): pass", Role.PYDANTIC, True),
    "sqlmodel": ("from sqlmodel import SQLModel\nclass X(SQLModel):\n    id: int", Role.PYDANTIC, True),
    "sqlmodel table": ("from sqlmodel import SQLModel\nclass X(SQLModel, table=True):\n    id: int", Role.MAPPED, True),
    "sqlmodel table of an unknown base": ("from a import B\nclass X(B, table=True):\n    id: int", Role.MAPPED, False),
    "sqlmodel table=False": (
        "from sqlmodel import SQLModel\nclass X(SQLModel, table=False): pass",
        Role.PYDANTIC,
        True,
    ),
    "declarative base": (f"{SA}class X(DeclarativeBase): pass", Role.ABSTRACT, True),
    "dataclass base": (f"{SA}class X(MappedAsDataclass, DeclarativeBase): pass", Role.ABSTRACT, True),
    "metaclass": (f"{SA}class X(metaclass=DeclarativeMeta):\n    __abstract__ = True", Role.ABSTRACT, True),
    "as_declarative": (f"{SA}@as_declarative()\nclass X: pass", Role.ABSTRACT, True),
    "inline base": (f"{SA}class X(declarative_base()): pass", Role.MAPPED, True),
    "registry decorator": (f"{SA}reg = registry()\n@reg.mapped\nclass X:\n    __tablename__ = 'x'", Role.MAPPED, True),
    "generic base": (f"{MODERN}class X(Base, Generic[T]):\n    __tablename__ = 'x'", Role.MAPPED, False),
    "typing generic": (f"{MODERN}from typing import Generic\nclass X(Base, Generic[T]): pass", Role.MAPPED, True),
    "unknown decorator": (f"{MODERN}@register\nclass X(Base): pass", Role.MAPPED, False),
    "unknown metaclass": (f"{MODERN}class X(Base, metaclass=M): pass", Role.MAPPED, False),
    "getattr": (f"{MODERN}class X(Base):\n    def __getattr__(self, name): ...", Role.MAPPED, False),
    "reflected": (f"{SA}class X(DeferredReflection, B):\n    __tablename__ = 'x'", Role.MAPPED, False),
    "table from elsewhere": (f"{MODERN}class X(Base):\n    __table__ = tables.x", Role.MAPPED, False),
    "autoload": (f"{SA}class X(Base):\n    __table__ = Table('x', m, autoload_with=e)", Role.MAPPED, False),
}


@pytest.mark.parametrize(("text", "role", "complete"), ROLES.values(), ids=ROLES)
def test_roles(text: str, role: Role | None, complete: bool) -> None:
    facts = read(text)
    assert facts.role is (role or Role.MIXIN_OR_PLAIN)
    assert facts.complete is complete


def test_flask_model() -> None:
    facts = flask_model("Model", "app")
    assert facts.role is Role.ABSTRACT
    assert {"query", "metadata"} <= facts.attributes.keys()


LAZY = {
    "True": "select",
    "'select'": "select",
    "False": "joined",
    "'joined'": "joined",
    "None": "noload",
    "'noload'": "noload",
    "'selectin'": "selectin",
    "'subquery'": "subquery",
    "'immediate'": "immediate",
    "'raise'": "raise",
    "'raise_on_sql'": "raise_on_sql",
    "'dynamic'": "dynamic",
    "'write_only'": "write_only",
    "SETTING": "unknown",
    "'selectin' if A else 'joined'": "unknown",
    "3.5": "unknown",
}


@pytest.mark.parametrize(("written", "lazy"), LAZY.items())
def test_lazy(written: str, lazy: str) -> None:
    assert relationship(f"{MODERN}class X(Base):\n    x: Mapped['Y'] = relationship(lazy={written})").lazy == lazy


TARGETS = {
    "x = relationship('Y')": ("Y", None),
    "x = relationship('app.models.Y')": ("app.models.Y", None),
    "x = relationship(lambda: Y)": ("Y", None),
    "x = relationship(argument='Y', uselist=True)": ("Y", True),
    "x = relationship(models.Y, secondary='link')": ("models.Y", True),
    "x: Mapped['Y'] = relationship()": ("Y", False),
    "x: Mapped['Y | None'] = relationship()": ("Y", False),
    "x: 'Mapped[Y]' = relationship()": ("Y", False),
    "x: Mapped[Optional['Y']] = relationship()": ("Y", False),
    "x: Mapped[typing.Optional[m.Y]] = relationship()": ("m.Y", False),
    "x: Mapped[list['Y']] = relationship()": ("Y", True),
    "x: Mapped['List[Y]'] = relationship()": ("Y", True),
    "x: Mapped[typing.Sequence[Y]] = relationship()": ("Y", True),
    "x: Mapped[dict[str, 'Y']] = relationship()": ("Y", True),
    "x: Mapped[list] = relationship('Y')": ("Y", True),
    "x: orm.Mapped[set['Y']] = orm.relationship()": ("Y", True),
    "x: Mapped[list['Y']] = relationship(uselist=False)": ("Y", False),
    "x: WriteOnlyMapped['Y'] = relationship()": ("Y", True),
    "x: DynamicMapped['Y'] = make()": ("Y", True),
    "x = relation('Y', collection_class=set)": ("Y", True),
}


@pytest.mark.parametrize(("line", "expected"), TARGETS.items(), ids=TARGETS)
def test_targets(line: str, expected: tuple[str, bool | None]) -> None:
    found = relationship(f"{MODERN}from sqlalchemy import orm\nclass X(Base):\n    {line}")
    assert (found.target, found.many) == expected


COLUMNS = {
    "x: Mapped[int] = mapped_column(primary_key=True)": {"primary_key": True, "nullable": False},
    "x: Mapped[int | None] = mapped_column(primary_key=True)": {"primary_key": True, "nullable": False},
    "x: Mapped[int | None]": {"nullable": True, "annotation": "int | None"},
    "x: Mapped['int | None']": {"nullable": True, "annotation": "int | None"},
    "x: Mapped[int] = mapped_column(nullable=True)": {"nullable": True},
    "x = Column(Integer)": {"nullable": None, "type": "Integer"},
    "x = db.Column(db.Integer())": {"type": "Integer"},
    "x = Column(JSON)": {"plain_json": True},
    "x = Column(JSON().with_variant(JSONB(), 'postgresql'))": {"plain_json": True, "type": "JSON"},
    "x = Column(MutableDict.as_mutable(JSONB()))": {"plain_json": False, "type": "JSONB"},
    "x = Column(ARRAY(Integer))": {"plain_json": True, "type": "ARRAY"},
    "x = Column(ForeignKey('y.id', ondelete='CASCADE'))": {"foreign_key": "y.id"},
    "x = Column(ForeignKey(Y.id))": {"foreign_key": "Y.id"},
    "x = Column(ForeignKey(column='y.id'))": {"foreign_key": "y.id"},
    "x = Column(server_default=func.now())": {"server_default": True, "onupdate": False},
    "x = Column(default=func.now())": {"server_default": True, "default": True},
    "x = Column(default=datetime.now)": {"server_default": False, "default": True},
    "x = Column(default=uuid4())": {"server_default": False, "default": True},
    "x = Column(onupdate=func.now())": {"onupdate": True},
    "x = Column(onupdate=func.timezone('UTC', func.now()).cast(T))": {"onupdate": True},
    "x = Column(onupdate=text('now()'))": {"onupdate": True},
    "x = Column(onupdate=datetime.utcnow)": {"onupdate": False},
    "x = Column(onupdate=lambda: 1)": {"onupdate": False},
    "x = Column(server_onupdate=None)": {"onupdate": False},
    "x = Column(server_default=None)": {"server_default": False},
    "x: Mapped[int] = mapped_column(**{'primary_key': True})": {"primary_key": True},
    "x: Mapped[int] = make_column()": {"annotation": "int", "nullable": False},
    "x: Mapped[tuple[()]]": {"annotation": "tuple[()]"},
    "x: Mapped[int] = 3": {"annotation": "int"},
    "x: Mapped[str] = deferred(mapped_column())": {"deferred": True, "expression": False},
}


@pytest.mark.parametrize(("line", "expected"), COLUMNS.items(), ids=COLUMNS)
def test_columns(line: str, expected: dict[str, object]) -> None:
    found = column(f"{MODERN}{SA}class X(Base):\n    {line}")
    assert {name: getattr(found, name) for name in expected} == expected


ACCESSORS = {
    "x = association_proxy('posts', 'title')": ("association_proxy", "posts", ("posts",)),
    "x = association_proxy(target_collection='posts', attr='title')": ("association_proxy", "posts", ("posts",)),
    "x = synonym('name')": ("synonym", "name", ("name",)),
    "x = composite(Point, 'a', 'b')": ("composite", "a", ("a", "b")),
    "x: Mapped[Point] = composite('a', 'b')": ("composite", "a", ("a", "b")),
    "x = composite(Point, a, b)": ("composite", "a", ("a", "b")),
    "x = hybrid_property(get_x)": ("hybrid", None, ()),
    "x = property(get_x)": ("property", None, ()),
    "x = 3": ("plain", None, ()),
    "x = helper('name')": ("plain", None, ()),
    "x: ClassVar[int] = 3": ("plain", "int", ()),
    "x: Mapped['Y'] = helper()": ("plain", "Y", ()),
    "@cached_property\n    def x(self): ...": ("property", None, ()),
    "@functools.cached_property\n    def x(self): ...": ("property", None, ()),
    "@property\n    @cache\n    def x(self): ...": ("property", None, ()),
    "@staticmethod\n    def x(): ...": ("method", None, ()),
    "@wrapped\n    def x(self): ...": ("plain", None, ()),
    "async def x(self): ...": ("method", None, ()),
    "class x: pass": ("plain", None, ()),
}


@pytest.mark.parametrize(("line", "expected"), ACCESSORS.items(), ids=ACCESSORS)
def test_accessors(line: str, expected: tuple[object, ...]) -> None:
    found = read(f"{MODERN}{SA}from typing import ClassVar\nclass X(Base):\n    {line}").own["x"]
    assert isinstance(found, Accessor)
    assert (found.kind, found.target, found.reads) == expected


def test_an_association_proxy_names_what_it_reads() -> None:
    found = read(f"{MODERN}class X(Base):\n    x = association_proxy('posts', 'title')").own["x"]
    assert isinstance(found, Accessor)
    assert found.attribute == "title"


def test_the_getter_of_a_property_is_kept() -> None:
    text = "class X:\n    @property\n    def x(self): return 1\n    @x.setter\n    def x(self, value): ..."
    found = read(text).own["x"]
    assert isinstance(found, Accessor)
    assert found.node is not None
    assert len(found.node.args.args) == 1


def test_a_declared_attr_stands_for_what_it_returns() -> None:
    mixin = (
        "class M:\n    @declared_attr\n    def x(cls) -> Mapped[int]:\n        return mapped_column(ForeignKey('y.id'))"
    )
    assert column(f"{MODERN}{mixin}\nclass X(M, Base): pass").foreign_key == "y.id"


def test_names_inside_conditions_count() -> None:
    assert column(
        f"{MODERN}class X(Base):\n    if A:\n        x = Column(JSON)\n    else:\n        y = Column()"
    ).plain_json


def test_an_alias_gives_its_metadata() -> None:
    text = f"{MODERN}from typing import Annotated\npk = Annotated[int, mapped_column(primary_key=True)]\n"
    assert column(f"{text}alias = pk\nclass X(Base):\n    x: Mapped[alias]").primary_key


def test_an_alias_of_itself_ends() -> None:
    assert column(f"{MODERN}loop = loop\nclass X(Base):\n    x: Mapped[loop]").annotation == "loop"


def test_the_type_annotation_map_is_inherited() -> None:
    base = "class B(Base):\n    __abstract__ = True\n    type_annotation_map = {dict[str, str]: JSON}"
    assert column(f"{MODERN}{base}\nclass X(B):\n    x: Mapped[dict[str, str] | None]").plain_json


def test_a_broken_annotation_in_quotes_says_nothing() -> None:
    found = read(f"{MODERN}class X(Base):\n    x: 'Mapped[' = 3").own["x"]
    assert isinstance(found, Accessor)
    assert (found.kind, found.target) == ("plain", None)


def test_diamonds_are_merged_in_python_order() -> None:
    text = "class A: x = 1\nclass B(A): x = 2\nclass C(A): y = 3\nclass X(B, C): pass"
    assert [each.name for each in read(text).mro] == ["X", "B", "C", "A"]


def test_an_impossible_order_of_bases_still_ends() -> None:
    text = "class A: pass\nclass B(A): pass\nclass X(A, B): pass"
    assert {each.name for each in read(text).mro} == {"X", "A", "B"}


def test_the_key_of_an_attribute_is_its_python_name() -> None:
    assert column(f"{SA}class X(declarative_base()):\n    x = Column('other', Integer, primary_key=True)").primary_key


def _linked(text: str) -> tuple[ClassFacts, Relationship, ClassFacts]:
    classes = Module(f"{SA}Base = declarative_base()\n{text}").classes
    found = next(each for each in classes["A"].relationships if each.name == "b")
    return classes["A"], found, classes["B"]


MANY = {
    "forward key": ("x = Column(ForeignKey('b.id'))", "", "relationship('B')", False),
    "backward key": ("", "y = Column(ForeignKey('a.id'))", "relationship('B')", True),
    "no key": ("", "", "relationship('B')", None),
    "both keys": ("x = Column(ForeignKey('b.id'))", "y = Column(ForeignKey('a.id'))", "relationship('B')", None),
    "both keys, one named": (
        "x = Column(ForeignKey('b.id'))",
        "y = Column(ForeignKey('a.id'))",
        "relationship('B', foreign_keys=[x])",
        False,
    ),
    "both keys, the other named": (
        "x = Column(ForeignKey('b.id'))",
        "y = Column(ForeignKey('a.id'))",
        "relationship('B', foreign_keys='B.y')",
        True,
    ),
    "schema": ("x = Column(ForeignKey('public.b.id'))", "", "relationship('B')", False),
    "class attribute": ("x = Column(ForeignKey('B.id'))", "", "relationship('B')", False),
    "stated": ("", "y = Column(ForeignKey('a.id'))", "relationship('B', uselist=False)", False),
}


@pytest.mark.parametrize(("first", "second", "declared", "many"), MANY.values(), ids=MANY)
def test_direction(first: str, second: str, declared: str, many: bool | None) -> None:
    owner, found, target = _linked(
        f"class A(Base):\n    __tablename__ = 'a'\n    {first}\n    b = {declared}\n"
        f"class B(Base):\n    __tablename__ = 'b'\n    {second or 'pass'}\n"
    )
    assert linking.is_many(owner, found, target) is many


def test_direction_with_the_table_names_of_flask() -> None:
    owner, found, target = _linked(
        "class A(Base):\n    x = Column(ForeignKey('b.id'))\n    b = relationship('B')\nclass B(Base): pass"
    )
    assert linking.is_many(owner, found, target) is False


def test_a_backref_is_the_other_direction() -> None:
    text = (
        "class A(Base):\n    __tablename__ = 'a'\n    x = Column(ForeignKey('b.id'))\n"
        "    b = relationship('B', backref='items')\nclass B(Base):\n    __tablename__ = 'b'"
    )
    added = _linked(text)[2].attributes["items"]
    assert isinstance(added, Relationship)
    assert (added.target, added.many, added.back_populates) == ("A", True, "b")


def test_facts_of_a_target_out_of_sight_are_unknown() -> None:
    owner, found, _ = _linked("class A(Base):\n    b = relationship('B', backref='x')\nclass B(Base): pass")
    assert linking.is_many(owner, found, None) is None
    added = linking.reverse(owner, found, None)
    assert added is not None
    assert added.many is None
