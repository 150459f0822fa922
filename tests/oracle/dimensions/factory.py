"""The options of the session or its factory."""

from __future__ import annotations

from ..option import Option

OPTIONS = (
    Option("defaults", weight=5),
    Option("expire_on_commit=False", ", expire_on_commit=False"),
    Option("expire_on_commit=True", ", expire_on_commit=True"),
    Option("autoflush=False", ", autoflush=False"),
    Option("autoflush=False, expire_on_commit=False", ", autoflush=False, expire_on_commit=False"),
    Option("future=True", ", future=True"),
    Option("info", ', info={"for": "reading"}'),
    Option("close_resets_only=False", ", close_resets_only=False", since=(2, 0, 22)),
    Option(
        "configured later",
        parts={"definitions": "Factory.configure(expire_on_commit=False)"},
        only={"opening": ("factory", "factory.begin", "scoped_session", "factory, plain")},
    ),
)
