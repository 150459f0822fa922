"""The literate cases say what SQLAlchemy does; here SQLAlchemy is asked."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from literate import Case, MalformedCase, load, parse, rule_files
from truth import NOTHING_CALLED, check

CASES = [case for path in rule_files() for case in load(path)]

HEAD = """# X001 name

```python preamble
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


engine = create_engine("sqlite://")
```

## A case

```python
def f(detach: bool) -> str:
    with Session(engine) as session:
        user = session.get(User, 1)
        session.commit()
        if not detach:
            return user.name{inside}
    return user.name{outside}
```
"""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_tells_the_truth(case: Case) -> None:
    assert check(case) == []


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_file_is_balanced(path: Path) -> None:
    cases = load(path)
    reporting = [case for case in cases if any(mark.code == path.stem for mark in case.marks)]
    assert len(reporting) >= 6
    assert len(cases) - len(reporting) >= 6
    assert [title for title, count in Counter(case.title for case in cases).items() if count > 1] == []


def _check(inside: str = "", outside: str = "") -> list[str]:
    text = HEAD.replace("{inside}", inside).replace("{outside}", outside)
    return check(parse(text, Path("X001.md"))[0])


def test_right_expectation_passes() -> None:
    assert _check(outside="  # error: [X001] raises DetachedInstanceError") == []


def test_unexpected_exception_is_named_with_its_call() -> None:
    (problem,) = _check()
    assert problem.startswith("f(True) raised DetachedInstanceError unexpectedly")


def test_line_that_does_not_raise_is_named_by_its_markdown_line() -> None:
    (problem,) = _check("  # error: [X001] raises MissingGreenlet", "  # error: [X001] raises DetachedInstanceError")
    assert problem == "line main.py:23 (Markdown line 29) never raised MissingGreenlet"


def test_wrong_exception_is_reported_twice_over() -> None:
    assert len(_check(outside="  # error: [X001] raises KeyError")) == 2


def test_unreadable_expectation_is_refused() -> None:
    with pytest.raises(MalformedCase, match="Markdown line 29"):
        _check("  # error: [X001] raise KeyError")


def test_case_without_a_call_is_refused() -> None:
    text = HEAD.replace("def f(", "def g(").replace("{inside}", "").replace("{outside}", "")
    assert check(parse(text, Path("X001.md"))[0]) == [NOTHING_CALLED]
