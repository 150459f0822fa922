"""The kinds of programs: each has its dimensions, and a way to write a program from one option of each."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..option import Dimension

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..option import Option


@dataclass(frozen=True)
class Kind:
    """What a family of programs is about; `share` is how many of the random programs are of it, of 100."""

    name: str
    dimensions: tuple[Dimension, ...]
    write: Callable[[Mapping[str, Option]], dict[str, str]]
    share: int
    demands: Callable[[Mapping[str, Option]], dict[str, Any]]


def _kind(name: str) -> Kind:
    module = import_module(f"{__name__}.{name}")
    dimensions = tuple(Dimension(each, _options(name, each)) for each in module.DIMENSIONS)
    return Kind(name, dimensions, module.write, module.SHARE, getattr(module, "demands", _nothing))


def _nothing(_options: Mapping[str, Option]) -> dict[str, Any]:
    return {}


def _options(kind: str, dimension: str) -> tuple[Option, ...]:
    """Those of `dimensions/`; a kind may narrow a dimension with a module `<kind>_<dimension>`."""
    package = __name__.rpartition(".")[0] + ".dimensions"
    try:
        return import_module(f"{package}.{kind}_{dimension}").OPTIONS
    except ModuleNotFoundError:
        return import_module(f"{package}.{dimension}").OPTIONS


KINDS = {name: _kind(name) for name in ("read", "write", "loop", "rows", "swallow")}
