"""lsprotocol's converter, made strict.

By itself it turns a number into a string, a string into a number and an object into a list, so that malformed
parameters pass as something that nobody sent. Here they are refused. It also reads a known number where an enumeration
is meant as that number, and then cannot write it any more: here what was read can be sent back.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, TypeVar, get_args, get_origin

from lsprotocol.converters import get_converter

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs import Converter

T = TypeVar("T")


def strict_converter() -> Converter:
    """A converter for one connection; what does not fit raises one of many exceptions."""
    converter = get_converter()
    converter.register_structure_hook(str, _only(str))
    converter.register_structure_hook(int, _only(int))
    converter.register_structure_hook(bool, _only(bool))
    converter.register_structure_hook_factory(_is_sequence, lambda kind: _items_of(converter, kind))
    converter.register_unstructure_hook_func(_is_enum, _value)
    return converter


def _is_enum(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _value(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _only(kind: type[T]) -> Callable[[object, object], T]:
    def structure(value: object, _: object) -> T:
        if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
            return value
        raise TypeError(f"expected {kind.__name__}, got {type(value).__name__}")

    return structure


def _is_sequence(kind: object) -> bool:
    return get_origin(kind) is Sequence


def _items_of(converter: Converter, kind: object) -> Callable[[object, object], tuple[object, ...]]:
    (item,) = get_args(kind)

    def structure(value: object, _: object) -> tuple[object, ...]:
        if isinstance(value, list):
            return tuple([converter.structure(each, item) for each in value])
        raise TypeError(f"expected list, got {type(value).__name__}")

    return structure
