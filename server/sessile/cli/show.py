"""`--show-files` and `--show-settings`: what a run would do, without doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessile.cli.app import CLEAN
from sessile.project.failure import Failure
from sessile.project.settings import options, plain
from sessile.project.toml import render_toml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessile.cli.app import App
    from sessile.project.discovery import Source
    from sessile.project.settings import Settings


def show_files(found: Sequence[Source | Failure], app: App) -> int:
    """One path to a line."""
    for each in found:
        if isinstance(each, Failure):
            app.terminal.fail(each)
        else:
            app.terminal.say(app.terminal.shown(each.path) + "\n")
    return CLEAN


def show_settings(settings: Settings, path: str | None, app: App) -> int:
    """The settings as a `sessile.toml` that says the same; comments tell whose they are and where they come from."""
    if path:
        app.terminal.say(f"# of {app.terminal.shown(path)}\n")
    origin = app.terminal.shown(settings.origin) if settings.origin else "no file: these are the defaults"
    app.terminal.say(f"# from {origin}\n# relative to {app.terminal.shown(settings.root)}\n")
    app.terminal.say(settings_as_toml(settings))
    return CLEAN


def settings_as_toml(settings: Settings) -> str:
    """Every option that has a value."""
    values = {each.name: plain(getattr(settings, each.name.replace("-", "_"))) for each in options()}
    return "".join(f"{name} = {render_toml(value)}\n" for name, value in values.items() if value is not None)
