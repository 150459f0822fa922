"""Where caches are: in the user's own directory for them, unless somebody names another."""

from __future__ import annotations

import json
import os
import sys
from hashlib import blake2b
from typing import TYPE_CHECKING

import sessile
from sessile.project.cache.file import FORMAT, CacheFile
from sessile.project.settings import options, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sessile.project.release import Release
    from sessile.project.settings import Settings

VARIABLE = "SESSILE_CACHE_DIR"
#: Settings that no verdict depends on.
_APART = frozenset({"fix", "unsafe-fixes", "fail-on", "output-format", "exclude", "extend-exclude", "cache-dir"})


def default_directory(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """The absolute path of the directory for caches, empty where the user has no home."""
    if environment.get(VARIABLE):
        return os.path.abspath(environment[VARIABLE])
    home = os.path.expanduser("~")
    if platform == "win32":
        base = environment.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = environment.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "sessile") if os.path.isabs(base) else ""


def directory_for(asked: str | None, here: str, settings: Settings) -> str | None:
    """The absolute path of the directory for caches: what the command line asks for (relative to `here`), else what the
    settings say (relative to their root, and nowhere else), else the user's; None if there is none."""
    if asked:
        return os.path.abspath(os.path.join(here, asked))
    if settings.cache_dir:
        return os.path.join(settings.root, *settings.cache_dir.split("/"))
    return default_directory() or None


def cache_file(directory: str, settings: Settings, release: Release | None, site: str | None) -> CacheFile:
    """The file for what is checked under some settings, on a release of SQLAlchemy, beside what is installed."""
    values = {each.name: plain(getattr(settings, each.name.replace("-", "_"))) for each in options()}
    asked = {name: value for name, value in values.items() if name not in _APART}
    key = [
        FORMAT,
        sessile.__version__,
        _package(),
        sys.version_info[:2],
        release,
        settings.root,
        asked,
        _installed(site),
    ]
    return CacheFile(directory, _digest(settings.root), _digest(json.dumps(key, sort_keys=True)))


def _package() -> list[list[object]]:
    """What this very package consists of, so that no other version's verdicts are taken for its own."""
    top = os.path.dirname(os.path.abspath(sessile.__file__))
    found: list[list[object]] = []
    for directory, _, files in os.walk(top):
        for name in files:
            if name.endswith((".py", ".md")):
                status = os.stat(os.path.join(directory, name))
                found.append([os.path.relpath(os.path.join(directory, name), top), status.st_size, status.st_mtime_ns])
    return sorted(found, key=str)


def _installed(site: str | None) -> list[str]:
    """The names of all that is installed; those of distributions have their versions in them."""
    try:
        return [site, *sorted(os.listdir(site))] if site is not None else []
    except OSError:
        return []


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
