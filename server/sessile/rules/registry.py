"""All rules, found by looking into this package: every module whose name is a code."""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import sessile.rules as package

if TYPE_CHECKING:
    from sessile.rules.rule import Rule

_CODE = re.compile(r"^[a-z]+\d{3}$")


@cache
def codes() -> tuple[str, ...]:
    """The code of every rule, in order. Loads none."""
    names = (info.name for info in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name.upper() for name in names if _CODE.match(name)))


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    from sessile.rules.repairs import attach

    names = (code.lower() for code in codes())
    return tuple(attach(import_module(f"sessile.rules.{name}").RULE) for name in names)


@cache
def by_code() -> dict[str, Rule]:
    """The rules by their codes."""
    return {rule.code: rule for rule in all_rules()}
