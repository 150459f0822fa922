"""All rules, found by looking into this package: every module whose name is a code."""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import sessile.rules as package
from sessile.rules.repairs import attach

if TYPE_CHECKING:
    from sessile.rules.rule import Rule

_CODE = re.compile(r"^[a-z]+\d{3}$")


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    names = sorted(info.name for info in pkgutil.iter_modules(package.__path__) if _CODE.match(info.name))
    return tuple(attach(import_module(f"sessile.rules.{name}").RULE) for name in names)


@cache
def by_code() -> dict[str, Rule]:
    """The rules by their codes."""
    return {rule.code: rule for rule in all_rules()}
