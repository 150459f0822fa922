"""What the result tables claim of fetches, against results of the installed SQLAlchemy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.exc import InvalidRequestError, ResourceClosedError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship

from sessile.orm.api.result import MAPPING_RESULT, RESULT, SCALAR_RESULT, Fetch, ResultMethod

if TYPE_CHECKING:
    from collections.abc import Iterator


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True)
    pets: Mapped[list[Pet]] = relationship()


class Pet(Base):
    __tablename__ = "pet"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id"))


TABLES = {"Result": RESULT, "ScalarResult": SCALAR_RESULT, "MappingResult": MAPPING_RESULT}
FETCHES = [
    (name, row)
    for name, table in TABLES.items()
    for row in table.values()
    if not row.fetch.result and row.fetch not in (Fetch.PURE, Fetch.MERGE)
]
IDS = [f"{name}.{row.name}" for name, row in FETCHES]


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Owner(id=1, pets=[Pet(), Pet()])])
        session.commit()
        yield session


def _result(session: Session, view: str, *options: Any) -> Any:
    result = session.execute(select(Owner).options(*options))
    return {"Result": result, "ScalarResult": result.scalars(), "MappingResult": result.mappings()}[view]


def _fetch(result: Any, row: ResultMethod) -> object:
    if row.name == "__iter__":
        return list(result)
    if row.name == "__next__":
        return next(result)
    found = getattr(result, row.name)()
    return list(found) if row.fetch is Fetch.PARTITIONS else found


@pytest.mark.parametrize(("view", "row"), FETCHES, ids=IDS)
def test_needs_unique(session: Session, view: str, row: ResultMethod) -> None:
    result = _result(session, view, joinedload(Owner.pets))
    if row.needs_unique:
        with pytest.raises(InvalidRequestError, match="unique"):
            _fetch(result, row)
    else:
        _fetch(result, row)


@pytest.mark.parametrize(("view", "row"), FETCHES, ids=IDS)
def test_a_second_fetch_finds_what_the_table_says(session: Session, view: str, row: ResultMethod) -> None:
    session.add(Owner(id=2))
    result = _result(session, view)
    if row.fetch in (Fetch.ONE, Fetch.ONE_OR_NONE, Fetch.SCALAR_ONE, Fetch.SCALAR_ONE_OR_NONE):
        session.delete(session.get_one(Owner, 2))
        result = _result(session, view)
    _fetch(result, row)
    if row.closes:
        with pytest.raises(ResourceClosedError):
            result.all()
    else:
        left = {"all": 0, "some": 0 if row.name == "fetchmany" else 1, "none": 2}[row.consumes]
        assert len(result.all()) == left


@pytest.mark.parametrize(("view", "row"), FETCHES, ids=IDS)
def test_no_row_is_none_or_empty_or_raises(session: Session, view: str, row: ResultMethod) -> None:
    session.execute(Pet.__table__.delete())  # type: ignore[attr-defined]  # `__table__` is a FromClause to the stubs
    session.delete(session.get_one(Owner, 1))
    result = _result(session, view)
    if row.fetch.optional:
        assert _fetch(result, row) is None
    elif row.fetch in (Fetch.ONE, Fetch.SCALAR_ONE):
        with pytest.raises(InvalidRequestError):
            _fetch(result, row)
    elif row.fetch.many and row.name != "__next__":
        assert _fetch(result, row) == []
