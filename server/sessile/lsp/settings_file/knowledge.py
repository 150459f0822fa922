"""What there is to say of options and of their values; all of it derives from the settings themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.lsp.pages import rule_page
from sessile.project.kinds import Choice, Flag, Kind, Many, Record, Table
from sessile.project.selection import ALL, DEFAULT, SELECTOR
from sessile.project.settings import Option, options
from sessile.project.toml import render_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sessile.lsp.backend import Backend

_SPECIAL = {ALL: "Every rule.", DEFAULT: "The rules that are on unless told otherwise."}


def option_page(option: Option) -> str:
    """What an option means, in Markdown."""
    default = "" if option.default is None else f"\n\nDefault: `{render_toml(option.default)}`"
    return f"**{option.name}**\n\n{option.description}{default}\n\n```toml\n{option.name} = {option.example}\n```"


def known_options() -> dict[str, Option]:
    """All options by name."""
    return {each.name: each for each in options()}


def kind_at(keys: tuple[str, ...]) -> Kind | None:
    """The kind of value that keys below our table lead to; None if they lead nowhere."""
    kind: Kind | None = Record({name: each.kind for name, each in known_options().items()})
    for key in keys:
        kind = kind.members.get(key) if isinstance(kind, Record) else kind.value if isinstance(kind, Table) else None
    return kind


def key_page(keys: tuple[str, ...], backend: Backend) -> str | None:
    """What a key means."""
    if len(keys) == 1:
        option = known_options().get(keys[0])
        return option_page(option) if option else None
    around = kind_at(keys[:-1])
    if isinstance(around, Record) and keys[-1] in around.documented:
        return f"**{keys[-1]}**\n\n{around.documented[keys[-1]]}"
    if isinstance(around, Table) and around.key is SELECTOR:
        return selector_page(keys[-1], backend)
    return None


def value_page(keys: tuple[str, ...], word: str, *, inside: bool, backend: Backend) -> str | None:
    """What a value means: a selector by itself, any other by its option."""
    kind = _item(kind_at(keys), inside=inside)
    if kind is SELECTOR and (page := selector_page(word, backend)):
        return page
    return key_page(keys[:1], backend) if keys else None


def selector_page(selector: str, backend: Backend) -> str | None:
    """The page of a rule, or the rules that a selector means."""
    page = backend.rule(selector)
    if page is not None:
        return rule_page(page)
    if selector in _SPECIAL:
        return f"**{selector}**\n\n{_SPECIAL[selector]}"
    pages = [page for code in backend.codes() if code.startswith(selector) and (page := backend.rule(code))]
    meant = "".join(f"\n- `{each.code}` {each.summary}" for each in pages)
    return f"**{selector}**\n{meant}" if selector and pages else None


def words_at(keys: tuple[str, ...], *, key: bool, inside: bool, backend: Backend) -> Iterator[tuple[str, str]]:
    """What may be written as a key of the table that keys lead to, or as their value: words and what they mean."""
    kind = kind_at(keys)
    if key:
        yield from _keys(kind, keys, backend)
        return
    kind = _item(kind, inside=inside)
    if kind is SELECTOR:
        yield from _selectors(backend)
    elif isinstance(kind, Choice):
        yield from ((word, "") for word in kind.words)
    elif isinstance(kind, Flag):
        yield from (("true", ""), ("false", ""))


def _keys(kind: Kind | None, keys: tuple[str, ...], backend: Backend) -> Iterator[tuple[str, str]]:
    if not keys:
        yield from ((name, option_page(option)) for name, option in known_options().items())
    elif isinstance(kind, Record):
        yield from ((name, kind.documented.get(name, "")) for name in kind.members)
    elif isinstance(kind, Table) and kind.key is SELECTOR:
        yield from _selectors(backend)


def _selectors(backend: Backend) -> Iterator[tuple[str, str]]:
    codes = backend.codes()
    yield from _SPECIAL.items()
    for family in dict.fromkeys(code.rstrip("0123456789") for code in codes):
        yield family, selector_page(family, backend) or ""
    for code in codes:
        page = backend.rule(code)
        yield code, page.summary if page else ""


def _item(kind: Kind | None, *, inside: bool) -> Kind | None:
    if inside and isinstance(kind, Many):
        return kind.item
    return None if inside or isinstance(kind, Many) else kind
