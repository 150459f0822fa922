"""What users declare of functions that the analysis cannot see into."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

from sessile.project.kinds import Flag, Kind, Record, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class DeclaredFunction:
    """Facts about a function and the sessions or instances that it is given; None where nothing is declared."""

    commits: bool | None = None
    closes: bool | None = None
    refreshes: bool | None = None
    rolls_back: bool | None = None
    returns: str | None = None

    def facts(self) -> dict[str, object]:
        """What is declared, by option name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


_WHAT = {
    "commits": "It commits the session that it is given or that it opens.",
    "closes": "It closes the session that it is given.",
    "refreshes": "It refreshes the instance that it is given.",
    "rolls_back": "It rolls the session back that it is given.",
    "returns": "What it returns, as an annotation with dotted names, such as list[app.models.User].",
}
_KINDS: dict[str, Kind] = {each.name: Flag() for each in fields(DeclaredFunction)}
_KINDS["returns"] = Text("an annotation such as list[app.models.User]")


def _build(members: Mapping[str, object]) -> DeclaredFunction:
    flags = {name: value for name, value in members.items() if isinstance(value, bool)}
    returns = members.get("returns")
    return DeclaredFunction(**flags, returns=returns if isinstance(returns, str) else None)


FUNCTION = Record(_KINDS, _build, _WHAT)
