"""Fills the database of a literate case: two rows in every table, row n of a table pointing to row n of the others.

Text columns hold `ada` and `bob` if they are named `name`, else the column's name with the row's number.
"""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Engine, MetaData, Table, TypeDecorator, insert
from sqlalchemy.ext.asyncio import AsyncEngine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

ROWS = (1, 2)
NAMES = {1: "ada", 2: "bob"}


async def insert_rows(modules: list[ModuleType]) -> None:
    """Creates the tables of every metadata that the modules hold in every engine that they hold, and fills them."""
    values = [value for module in modules for value in vars(module).values()]
    tables = {id(one): one for one in _metadata(values)}.values()
    for engine in {id(value): value for value in values if isinstance(value, Engine | AsyncEngine)}.values():
        for metadata in tables:
            await _fill_engine(engine, metadata)


async def _fill_engine(engine: Engine | AsyncEngine, metadata: MetaData) -> None:
    if isinstance(engine, AsyncEngine):
        async with engine.begin() as connection:
            await connection.run_sync(_fill, metadata)
    else:
        with engine.begin() as sync_connection:
            _fill(sync_connection, metadata)


def _metadata(values: list[object]) -> Iterator[MetaData]:
    for value in values:
        metadata = value if isinstance(value, MetaData) else getattr(value, "metadata", None)
        if isinstance(metadata, MetaData) and metadata.tables:
            yield metadata


def _fill(connection: Connection, metadata: MetaData) -> None:
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        for number in ROWS:
            connection.execute(insert(table).values(_row(table, number)))


def _row(table: Table, number: int) -> dict[str, object]:
    return {column.name: _value(column, number) for column in table.columns if _wanted(column, table)}


def _wanted(column: Column[Any], table: Table) -> bool:
    itself = any(key.column.table is table for key in column.foreign_keys)
    return column.computed is None and column.server_default is None and not itself


def _value(column: Column[Any], number: int) -> object:
    if column.foreign_keys:
        return _value(next(iter(column.foreign_keys)).column, number)
    kind = (column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type).python_type
    kind = getattr(kind, "__origin__", kind)
    if kind is str:
        return NAMES[number] if column.name == "name" else f"{column.name}{number}"
    if kind in (datetime.datetime, datetime.date):
        return kind(2026, 1, number)
    if kind is uuid.UUID:
        return uuid.UUID(int=number)
    return kind() if kind in (dict, list, bytes) else kind(number)
