"""The client's own settings: `initializationOptions` and the section `sessile` of its configuration.

What a project wants belongs into its pyproject.toml, where the command line sees it too; these are for the person in
front of the editor. An option of the wrong kind counts as not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessile.lsp.json_values import member, strings

if TYPE_CHECKING:
    from sessile.text import Encoding

SECTION = "sessile"


@dataclass(frozen=True, slots=True)
class Options:
    """`configuration` is the path of a configuration file that stands in for the projects' own.

    Two are for editors that do other things than they say. `related_information` is False for those that do not show
    related locations: the story is told within the message. `position_encoding` is what they count columns in.
    """

    enable: bool = True
    configuration: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    workspace_diagnostics: bool = False
    suppression_actions: bool = True
    fix_all: bool = True
    inlay_hints: bool = False
    related_information: bool = True
    position_encoding: Encoding | None = None


def read_options(value: object) -> Options:
    """Options from JSON. They may lie under `sessile` or `settings`, as some clients have it."""
    for wrapper in (SECTION, "settings"):
        inner = member(value, wrapper)
        if isinstance(inner, dict):
            return read_options(inner)
    configuration = member(value, "configuration")
    return Options(
        enable=member(value, "enable") is not False,
        configuration=configuration if isinstance(configuration, str) and configuration else None,
        select=_selectors(member(value, "select")),
        ignore=_selectors(member(value, "ignore")),
        extend_select=_selectors(member(value, "extendSelect")),
        workspace_diagnostics=member(value, "diagnosticMode") == "workspace",
        suppression_actions=member(value, "suppressionActions") is not False,
        fix_all=member(value, "fixAll") is not False,
        inlay_hints=member(value, "inlayHints") is True,
        related_information=member(value, "relatedInformation") is not False,
        position_encoding=_encoding(member(value, "positionEncoding")),
    )


def written(options: Options) -> dict[str, object]:
    """What decides about findings, as JSON that `read_options` reads."""
    names = {"select": options.select, "ignore": options.ignore, "extendSelect": options.extend_select}
    return {"enable": options.enable, "configuration": options.configuration, **names}


def _selectors(value: object) -> tuple[str, ...] | None:
    return strings(value) if isinstance(value, list) and value else None


def _encoding(value: object) -> Encoding | None:
    known: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
    return next((each for each in known if each == value), None)
