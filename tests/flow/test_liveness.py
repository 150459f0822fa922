"""What may still be asked for after a statement."""

from __future__ import annotations

import ast

import pytest

from sessile.flow.liveness import liveness


def alive(text: str) -> set[str]:
    """What lives after the statement that ends with `# here`."""
    source = "def f(a, b, c):\n" + "".join(f"    {line}\n" for line in text.splitlines())
    line = next(number for number, each in enumerate(source.splitlines(), 1) if each.endswith("# here"))
    node = ast.parse(source).body[0]
    found = liveness(node, {})
    assert found is not None
    ending = [each for each in ast.walk(node) if isinstance(each, ast.stmt) and each.end_lineno == line]
    return set(found.after[id(ending[-1])])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a()  # here\nb()", {"b"}),
        ("a()  # here\nb = 1\nreturn b", set()),
        ("a()  # here\nb += 1", {"b"}),
        ("a()  # here\nif b:\n    return c", {"b", "c"}),
        ("if a:\n    b()  # here\nelse:\n    c()\nreturn a", {"a"}),
        ("for a in b:\n    c(a)  # here", {"c"}),
        ("for a in b:\n    c(a)\n    x = 1  # here\n    print(x)", {"c", "x", "print"}),
        ("while a:\n    b = c(b)  # here", {"a", "b", "c"}),
        ("for a in b:\n    if a:\n        break  # here\n    c()\nreturn b", {"b", "c"}),
        ("try:\n    a()  # here\nexcept ValueError:\n    b()\nfinally:\n    c()", {"c"}),
        ("with a as x:\n    b()  # here\nreturn x", {"x"}),
        ("g = lambda: b\na()  # here\ng()", {"g", "b"}),
        ("x = (b for b in c)\na()  # here\nlist(x)", {"x", "list", "b", "c"}),
        ("def g():\n    return b\na()  # here", {"b"}),
        ("match a:\n    case 1:\n        b()  # here\n    case 2:\n        c()\nreturn a", {"a"}),
    ],
)
def test_what_lives(text: str, expected: set[str]) -> None:
    assert alive(text) == expected


@pytest.mark.parametrize("text", ["locals()", "super().g()", "eval('a')"])
def test_what_sees_everything(text: str) -> None:
    assert liveness(ast.parse(f"def f(a):\n    {text}\n").body[0], {}) is None


def test_a_condition_lives_until_its_name_is_bound_again() -> None:
    node = ast.parse("def f(a):\n    if a: x()\n    y()\n    a = z()\n    if a: x()\n").body[0]
    assert isinstance(node, ast.FunctionDef)
    tests = [each.test for each in node.body if isinstance(each, ast.If)]
    key = ast.dump(tests[0])
    found = liveness(node, {id(test): key for test in tests})
    assert found is not None
    assert [key in found.after[id(each)] for each in node.body] == [False, False, True, False]
