"""Which names of a module nothing binds where they are read."""

from __future__ import annotations

import pytest

from sessile.fixes.unbound import unbound
from sessile.syntax import parse
from sessile.text import Document

BOUND = {
    "a later definition": "def f():\n    return g()\ndef g(): ...",
    "a parameter": "def f(a, *b, c=1, **d): return a, b, c, d",
    "a global made by a function": "def f():\n    global made\n    made = 1\ndef g(): return made",
    "a comprehension": "def f(many): return [each for each in many if each]",
    "a comprehension's walrus": "def f(many):\n    [last := each for each in many]\n    return last",
    "a handler": "try: ...\nexcept ValueError as error: print(error)",
    "a pattern": "def f(a):\n    match a:\n        case [first, *rest] | {'k': first, **rest}: return first, rest",
    "a closure": "def f():\n    held = 1\n    return lambda: held",
    "a class": "class A:\n    one = 1\n    two = one\n    def f(self): return __class__",
    "an import": "import os.path, ast as syntax\nfrom re import compile as made\nprint(os, syntax, made)",
    "what an import brings": "from library import *\nprint(unknown)",
}
UNBOUND = {
    "a comprehension's variable outside of it": ("def f(many):\n    [each for each in many]\n    each()", "each"),
    "a lambda's parameter outside of it": ("def f():\n    inner.add()\n    return lambda inner: inner", "inner"),
    "another function's name": ("def f():\n    made = 1\ndef g(): return made", "made"),
    "a default of its own": ("def f(a, b=a): return b", "a"),
}


@pytest.mark.parametrize("text", BOUND.values(), ids=BOUND)
def test_bound(text: str) -> None:
    assert unbound(parse(Document("a.py", text))) == set()


@pytest.mark.parametrize(("text", "name"), UNBOUND.values(), ids=UNBOUND)
def test_unbound(text: str, name: str) -> None:
    assert unbound(parse(Document("a.py", text))) == {name}
