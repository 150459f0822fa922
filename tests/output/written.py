"""Findings in small texts, and what the formats make of them."""

from __future__ import annotations

from dataclasses import replace

from sessile.output.context import Context
from sessile.output.formats import format_of
from sessile.output.styled import plain
from sessile.rules.finding import Applicability, FileEdit, Finding, Fix, Location, Related, Severity
from sessile.text import Document, Edit, Range

DIRECTORY = "/project"
PATH = "/project/app.py"
SOURCE = """\
from db import Session

def name(key):
    with Session() as session:
        user = session.get(User, key)
        session.commit()

    return user.name
"""


def place(text: str, needle: str) -> Range:
    """Where a text is found in another."""
    index = Document(PATH, text).lines
    start = text.index(needle)
    return Range(index.position(start), index.position(start + len(needle)))


def finding(text: str = SOURCE, needle: str = "user.name", *, path: str = PATH, steps: tuple[str, ...] = ()) -> Finding:
    """An error at `needle`, its story at `steps`."""
    where = place(text, needle)
    return Finding(
        code="SCOPE001",
        name="attribute-outside-session",
        severity=Severity.ERROR,
        message="`name` is read after its session ended. It raises DetachedInstanceError. Read it inside.",
        location=Location(path, where),
        statement=where,
        fingerprint="f1",
        related=tuple(Related(Location(path, place(text, each)), f"`{each}` here") for each in steps),
    )


def fixable(applicability: Applicability = Applicability.SAFE) -> Finding:
    return replace(finding(), applicability=applicability, fix_title="Read it inside the block")


def context(text: str = SOURCE, *, path: str = PATH, unsafe: bool = False) -> Context:
    document = Document(path, text)

    def fix(found: Finding) -> Fix:
        edit = Edit(found.location.range, "name")
        created = FileEdit("/project/new.py", (Edit(Range.at(1, 0, 1, 0), "x = 1\n"),), creates=True)
        return Fix("Read it inside the block", Applicability.SAFE, (FileEdit(path, (edit,)), created))

    return Context(
        directory=DIRECTORY,
        document=lambda name: document if name == path else None,
        url=lambda code: f"https://example.org/{code}",
        fix=fix,
        unsafe=unsafe,
    )


def written(form: str, *findings: Finding, text: str = SOURCE, path: str = PATH, unsafe: bool = False) -> str:
    """What a format writes, without colours."""
    return plain(format_of(form)(findings, context(text, path=path, unsafe=unsafe)))
