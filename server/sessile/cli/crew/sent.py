"""Settings on their way to another process, and where the project's environment is."""

from __future__ import annotations

from typing import Any

from sessile.project.configuration import read
from sessile.project.settings import Settings, options, plain


def sent(settings: Settings, site: str | None) -> dict[str, Any]:
    """Settings, and the `site-packages` of a project's environment, as JSON."""
    values = {each.name: plain(getattr(settings, each.name.replace("-", "_"))) for each in options()}
    return {"root": settings.root, "origin": settings.origin, "values": values, "site": site}


def received(record: dict[str, Any]) -> tuple[Settings, str | None]:
    """Settings from JSON.

    Raises:
        ValueError: they are none.
    """
    values = {name: value for name, value in record["values"].items() if value is not None}
    settings, problems = read(values, root=record["root"], origin=record["origin"])
    if problems:
        raise ValueError(problems[0].message)
    return settings, record["site"]
