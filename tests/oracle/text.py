"""Puts pieces of code together: slots take blocks, words are replaced, imports and gaps are added at the end."""

from __future__ import annotations

import ast
import re
import sys
import textwrap
from typing import TYPE_CHECKING

from .words import IMPORTS, LIBRARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SLOT = re.compile(r"^( *)\{(\w*)\}\n?", re.M)
_WORD = re.compile(r"\$(\w+)")


def filled(template: str, **blocks: str) -> str:
    """The template with a block in each of its slots; an empty block leaves no line behind."""

    def block(match: re.Match[str]) -> str:
        text = blocks.get(match[2] or "block", "").strip("\n")
        return textwrap.indent(text, match[1]) + "\n" if text else ""

    return _SLOT.sub(block, template.strip("\n") + "\n").strip("\n")


def spoken(template: str, words: Mapping[str, str], *, awaits: bool) -> str:
    """The template with its words replaced; without `awaits` it becomes a synchronous program."""
    text = _awaited(template, awaits=awaits)
    for word in ("await", "async"):
        text = text.replace(f"${word} ", f"{word} " if awaits else "")
    return _WORD.sub(lambda match: words[match[1]], text)


def _awaited(text: str, *, awaits: bool) -> str:
    """`$await(...)` with its brackets where it awaits, and without them where it does not."""
    while (start := text.find("$await(")) >= 0:
        end = _closing(text, start + len("$await"))
        inner = text[start + len("$await(") : end]
        text = text[:start] + (f"(await {inner})" if awaits else inner) + text[end + 1 :]
    return text


def _closing(text: str, opening: int) -> int:
    depth = 0
    for index in range(opening, len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return index
    raise ValueError(f"no closing bracket in {text!r}")


def with_imports(sections: Mapping[str, Iterable[str]], flavour: str) -> dict[str, str]:
    """Complete files: the sections of each, behind the imports that they need, from each other too."""
    bodies = {name: _joined(parts) for name, parts in sections.items()}
    home = {each: name for name, body in bodies.items() for each in _defined(body)}
    return {f"{name}.py": _complete(name, body, home, flavour) for name, body in bodies.items()}


def _joined(parts: Iterable[str]) -> str:
    text = "\n\n\n".join(part.strip("\n") for part in parts if part.strip())
    return re.sub(r"\n{4,}", "\n\n\n", text)


def _defined(body: str) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(body).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _complete(name: str, body: str, home: Mapping[str, str], flavour: str) -> str:
    tree = ast.parse(body)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - _defined(body)
    wanted: dict[str, set[str]] = {}
    for each in used:
        source = home.get(each) or IMPORTS.get(flavour, {}).get(each) or LIBRARY.get(each)
        if source is not None and source != name:
            wanted.setdefault(source, set()).add(each)
    groups = {_group(source, home): "" for source in sorted(wanted, key=lambda source: _group(source, home))}
    for source, names in sorted(wanted.items()):
        groups[_group(source, home)] += _import(source, names)
    head = "\n".join(groups.values())
    return f"{head}\n\n{body}\n" if head else f"{body}\n"


def _group(source: str, home: Mapping[str, str]) -> int:
    """Where its imports stand: the standard library first, then what is installed, then the program's own."""
    return 0 if source in sys.stdlib_module_names else 2 if source in home.values() else 1


def _import(source: str, names: set[str]) -> str:
    return f"import {source}\n" if names == {source} else f"from {source} import {', '.join(sorted(names))}\n"
