"""Dependencies point one way, and only those who need a library know it."""

from __future__ import annotations

import sys

import pytest
from house import Import, imports, modules, room

#: What each room may import when it is loaded.
BELOW: dict[str, set[str]] = {
    "text": set(),
    "syntax": {"text"},
    "orm": {"syntax", "text"},
    "flow": {"orm", "syntax", "text"},
    "rules": {"flow", "orm", "syntax", "text"},
    "project": {"flow", "orm", "syntax", "text"},
    "fixes": {"rules", "project", "flow", "orm", "syntax", "text"},
    "engine": {"rules", "project", "flow", "orm", "syntax", "text"},
    "explaining": {"rules", "project", "flow", "orm", "syntax", "text"},
    "hinting": {"explaining", "rules", "project", "flow", "orm", "syntax", "text"},
    "rewriting": {"engine", "fixes", "rules", "project", "flow", "orm", "syntax", "text"},
    "output": {"rules", "text"},
    "cli": {"output", "engine", "fixes", "rules", "project", "syntax", "text"},
    "lsp": {"engine", "fixes", "rules", "project", "syntax", "text"},
    "helpers": set(),
    "__main__": {"cli"},
}
#: What a room may import besides when a function runs, since it leads upwards or is needed by few: from, to.
DOORS = {
    ("rules", "fixes"),  # a rule names its fix, which is loaded when somebody asks for one
    ("rules", "project"),  # a repair asks for which SQLAlchemy it writes
    ("engine", "fixes"),  # likewise
    ("engine", "explaining"),  # loaded when somebody asks
    ("engine", "hinting"),  # likewise
    ("engine", "rewriting"),  # likewise
    ("fixes", "engine"),  # a fix is verified by analysing the text that it makes
    ("cli", "lsp"),  # `sessile server`
}
#: What a room may name in annotations besides: rules ask the settings, a workspace keeps what was concluded of it.
NAMED = {("rules", "project"), ("project", "rules")}
#: Plain data that every room above `text` may use, so that settings can speak of severities.
DATA = {"sessile.rules.finding"}

#: Who may import what is not of the standard library, and when at the earliest.
LIBRARIES: dict[str, tuple[set[str], str]] = {
    "pygls": ({"lsp"}, "load"),
    "lsprotocol": ({"lsp"}, "load"),
    "cattrs": ({"lsp"}, "load"),
    "sqlalchemy": ({"helpers"}, "load"),
    "libcst": ({"fixes"}, "call"),
    "jedi": ({"cli"}, "call"),
    "rich": ({"cli", "output"}, "call"),
    "pathspec": ({"project"}, "call"),
    "tomli": ({"project"}, "call"),
}

#: What computes verdicts knows no files, clocks, processes or environment.
PURE = {"text", "syntax", "orm", "flow", "rules", "engine"}
PURE_LIBRARY = {
    *("__future__", "abc", "ast", "bisect", "builtins", "codecs", "collections", "contextlib", "copy", "dataclasses"),
    *("difflib", "enum", "functools", "hashlib", "io", "itertools", "keyword", "logging", "math", "operator", "re"),
    *("string", "textwrap", "token", "tokenize", "types", "typing", "unicodedata", "warnings", "weakref"),
    "importlib",  # of this package's own modules and pages, see below
    "pkgutil",
    "sys",
}


def _library(name: str) -> str:
    return name.split(".")[0]


def _inside() -> list[Import]:
    return [each for each in imports() if _library(each.target) == "sessile" and each.target != "sessile"]


def _outside() -> list[Import]:
    return [each for each in imports() if _library(each.target) != "sessile"]


def test_every_room_has_its_place() -> None:
    assert {room(name) for name in modules()} - {"sessile"} == set(BELOW)


def test_imports_lead_somewhere() -> None:
    packages = {name.rpartition(".")[0] for name in modules()} | set(modules())
    assert [str(each) for each in _inside() if each.target not in packages] == []


def test_dependencies_point_one_way() -> None:
    wrong = [str(each) for each in _inside() if not _allowed(each)]
    assert wrong == []


def _allowed(each: Import) -> bool:
    target = room(each.target)
    if target in (each.room, *BELOW.get(each.room, ())) or each.target in DATA:
        return True
    pair = (each.room, target)
    return (each.when != "load" and pair in DOORS) or (each.when == "typing" and pair in NAMED)


def test_every_door_is_used() -> None:
    used = {(each.room, room(each.target)) for each in _inside() if each.when != "load"}
    assert {pair for pair in DOORS | NAMED if pair not in used} == set()


def test_modules_load_without_a_cycle() -> None:
    edges: dict[str, set[str]] = {}
    for each in _inside():
        if each.when == "load" and each.target in modules():
            edges.setdefault(each.source, set()).add(each.target)
    while True:
        ends = {name for name in edges if not edges[name] & edges.keys()}
        if not ends:
            break
        for name in ends:
            del edges[name]
    assert edges == {}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_known_to_few(library: str) -> None:
    rooms, earliest = LIBRARIES[library]
    users = [each for each in _outside() if _library(each.target) == library]
    assert [str(each) for each in users if each.room not in rooms] == []
    assert [str(each) for each in users if earliest == "call" and each.when == "load"] == []


def test_other_libraries_are_not_used() -> None:
    known = set(LIBRARIES) | sys.stdlib_module_names
    assert [str(each) for each in _outside() if _library(each.target) not in known] == []


def test_what_computes_is_pure() -> None:
    used = [each for each in _outside() if each.room in PURE and each.when != "typing"]
    assert [str(each) for each in used if _library(each.target) not in PURE_LIBRARY] == []
