"""The formats for programs, against the schema that is published."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from written import finding, fixable, written

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "findings.schema.json").read_text(encoding="utf-8"))


def check(text: str) -> list[dict[str, object]]:
    """The text is JSON and fits the schema; returns it."""
    document = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert isinstance(document, list)
    return document


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_finding() -> None:
    assert check(written("json", finding(steps=("session.commit()",)))) == [
        {
            "code": "SCOPE001",
            "name": "attribute-outside-session",
            "severity": "error",
            "message": "`name` is read after its session ended. It raises DetachedInstanceError. Read it inside.",
            "filename": "/project/app.py",
            "location": {"row": 8, "column": 12},
            "end_location": {"row": 8, "column": 21},
            "url": "https://example.org/SCOPE001",
            "fingerprint": "f1",
            "fix": None,
            "related": [
                {
                    "message": "`session.commit()` here",
                    "filename": "/project/app.py",
                    "location": {"row": 6, "column": 9},
                    "end_location": {"row": 6, "column": 25},
                }
            ],
        }
    ]


def test_a_fix_may_touch_and_create_several_files() -> None:
    [found] = check(written("json", fixable()))
    start, end = {"row": 8, "column": 12}, {"row": 8, "column": 21}
    first = {"row": 1, "column": 1}
    assert found["fix"] == {
        "applicability": "safe",
        "message": "Read it inside the block",
        "edits": [
            {
                "content": "name",
                "filename": "/project/app.py",
                "location": start,
                "end_location": end,
                "creates": False,
            },
            {
                "content": "x = 1\n",
                "filename": "/project/new.py",
                "location": first,
                "end_location": first,
                "creates": True,
            },
        ],
    }


def test_columns_count_code_points() -> None:
    text = "s = '名前😀e\u0301'; x.y\n"
    [found] = check(written("json", finding(text, "x.y"), text=text))
    assert found["location"] == {"row": 1, "column": 14}
    assert found["end_location"] == {"row": 1, "column": 17}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_array_is_whole_however_many_there_are(count: int) -> None:
    assert len(check(written("json", *[finding()] * count))) == count


def test_lines_hold_the_same_objects() -> None:
    found = [finding(), fixable()]
    lines = written("json-lines", *found).splitlines()
    assert [json.loads(line) for line in lines] == check(written("json", *found))
    assert written("json-lines") == ""


def test_any_file_name_makes_text_that_every_reader_takes() -> None:
    path = os.fsdecode(b"/project/\xe9\xff.py")
    text = written("json", finding(path=path), path=path)
    assert text.isascii()
    assert check(text)[0]["filename"] == "/project/\ufffd\ufffd.py"
    assert "\\ud" not in text
