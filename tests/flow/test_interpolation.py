"""Where a hole in SQL text stands, decided by the text around it."""

from __future__ import annotations

import ast

import pytest

from sessile.flow.interpolation import Place, places
from sessile.flow.story import Site
from sessile.flow.values import Formatted, Hole
from sessile.syntax import parse
from sessile.text import Document

NODE = ast.Name("value")
BLOCK = parse(Document("/main.py", "value\n")).blocks[0].block


def stands(sql: str) -> list[str]:
    """The places of the `{}` in a text."""
    pieces: list[str | Hole] = []
    for position, part in enumerate(sql.split("{}")):
        pieces += [Hole(NODE, Site("/main.py", BLOCK, NODE))] if position else []
        pieces += [part] if part else []
    return [place.value for _, place in places(Formatted(NODE, tuple(pieces)))]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM t WHERE a = {}",
        "SELECT * FROM t WHERE a = '{}'",
        "SELECT * FROM t WHERE a LIKE '%{}%'",
        'SELECT * FROM t WHERE a = "{}"',
        "SELECT * FROM t WHERE a <> {} ORDER BY b",
        "SELECT * FROM t WHERE a IN ({})",
        "SELECT * FROM t WHERE a IN (1, {})",
        "SELECT * FROM t WHERE a in {}",
        "SELECT * FROM t LIMIT {}",
        "SELECT * FROM t LIMIT 1 OFFSET {}",
        "SELECT * FROM t WHERE a BETWEEN 1 AND {}",
        "INSERT INTO t VALUES ({})",
        "INSERT INTO t VALUES (1, 'x', {})",
        "UPDATE t SET a = {} WHERE b = 1",
        "SELECT * FROM t WHERE a = 'it''s {}'",
        "SELECT 'x' || {} FROM t",
        "'{}'",
    ],
)
def test_value(sql: str) -> None:
    assert stands(sql) == ["value"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM {}",
        "SELECT {} FROM t",
        'SELECT * FROM "{}"',
        "SELECT * FROM `{}`",
        "SELECT * FROM [{}]",
        "SELECT * FROM s.{}",
        "SELECT * FROM t ORDER BY {}",
        "SELECT * FROM t ORDER BY a {}",
        "SELECT * FROM t WHERE {}",
        "SELECT * FROM t WHERE a = {}.b",
        "SELECT * FROM t WHERE a = {}(b)",
        "SELECT * FROM t WHERE a = 1 AND {}",
        "INSERT INTO t ({}) VALUES (1)",
        "SELECT max({}) FROM t",
        "SELECT 'x' AS {} FROM t",
        "CREATE TABLE {} (id int)",
        "SET search_path = {}",
        "ALTER ROLE r PASSWORD '{}'",
        "{} DESC",
    ],
)
def test_name(sql: str) -> None:
    assert stands(sql) == ["name"]


def test_name_of_a_parameter() -> None:
    assert stands("SELECT * FROM t WHERE a = :{}") == [Place.BIND.value]


def test_cast_is_no_parameter() -> None:
    assert stands("SELECT a::{} FROM t") == ["name"]


def test_several() -> None:
    assert stands("SELECT {} FROM {} WHERE {} = '{}' AND b = {} AND c = :{}") == [
        "name", "name", "name", "value", "value", "bind",
    ]  # fmt: skip
