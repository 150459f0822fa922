"""What a project asks of Sessile. The fields below are the schema: everything that reads, checks, shows or documents
a configuration derives from them and their metadata.

Settings are plain values: equal ones compare equal, and they can be sent to another process.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum

from sessile.project.functions import FUNCTION, DeclaredFunction
from sessile.project.kinds import Choice, Flag, Kind, Many, Table, Text
from sessile.project.patterns import PATTERN, Patterns
from sessile.project.selection import DEFAULT, SELECTOR, enabled, heaviest, weight, without
from sessile.rules.finding import Severity

FORMATS = ("full", "concise", "json", "json-lines")

DEFAULT_EXCLUDE = (
    *(".git/", ".hg/", ".svn/", ".direnv/", ".venv/", "venv/", "site-packages/", "node_modules/", "__pypackages__/"),
    *("__pycache__/", ".mypy_cache/", ".pytest_cache/", ".ruff_cache/", ".nox/", ".tox/", ".eggs/", "build/", "dist/"),
    *("**/*migration*/**/versions/", "**/*alembic*/**/versions/", "**/*revision*/**/versions/"),
)

_IMPLIED = {"SCOPE008": "session_providers"}
"""Rules that mean something only once an option says what; giving it is asking for them."""

_DOTTED = Text("a dotted name such as app.db.get_session", r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_SEVERITY = Choice(tuple(each.value for each in Severity), Severity)
_RELEASE = Text("a release of SQLAlchemy such as 2.0", r"\d+\.\d+(?:\.\d+)?")


def _option(kind: Kind, description: str, example: str) -> dict[str, object]:
    return {"kind": kind, "description": description, "example": example}


@dataclass(frozen=True, slots=True)
class Settings:
    """`root` is the absolute directory that patterns and source roots relate to, `origin` the absolute path of the
    file that all of this was read from, None where there is none. Every other field is an option, `-` for `_`."""

    root: str = ""
    origin: str | None = None
    select: tuple[str, ...] = field(
        default=(DEFAULT,),
        metadata=_option(
            Many(SELECTOR),
            "The rules that are on: codes, families such as SCOPE, ALL, or DEFAULT for those that are on unless told "
            "otherwise. The longest selector that means a rule decides.",
            '["DEFAULT", "SCOPE012"]',
        ),
    )
    ignore: tuple[str, ...] = field(
        default=(),
        metadata=_option(Many(SELECTOR), "The rules that are off. Wins over `select` between equals.", '["GET"]'),
    )
    extend_select: tuple[str, ...] = field(
        default=(),
        metadata=_option(Many(SELECTOR), "Rules that are on besides those of `select`.", '["DETACH001"]'),
    )
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict,
        hash=False,
        metadata=_option(
            Table(PATTERN, Many(SELECTOR)),
            "Rules that are off in some files. Patterns are those of .gitignore, relative to the configuration; one "
            "that begins with `!` means every file that it does not match.",
            '{ "tests/" = ["EXC", "SCOPE005"] }',
        ),
    )
    severity: Mapping[str, Severity] = field(
        default_factory=dict,
        hash=False,
        metadata=_option(
            Table(SELECTOR, _SEVERITY),
            "Severities that replace those of the rules, by code or family.",
            '{ SCOPE007 = "warning", GET = "information" }',
        ),
    )
    exclude: tuple[str, ...] = field(
        default=DEFAULT_EXCLUDE,
        metadata=_option(
            Many(PATTERN),
            "Files and directories that are left out, as in .gitignore. Replaces the defaults.",
            '["vendor/"]',
        ),
    )
    extend_exclude: tuple[str, ...] = field(
        default=(),
        metadata=_option(Many(PATTERN), "What is left out besides `exclude`.", '["generated/", "*_pb2.py"]'),
    )
    session_providers: tuple[str, ...] = field(
        default=(),
        metadata=_option(
            Many(_DOTTED),
            "The functions that give out sessions in this project, by dotted name. Naming them switches SCOPE008 on.",
            '["app.db.get_session"]',
        ),
    )
    functions: Mapping[str, DeclaredFunction] = field(
        default_factory=dict,
        hash=False,
        metadata=_option(
            Table(_DOTTED, FUNCTION),
            "What functions do that the analysis cannot see into, by dotted name.",
            '{ "lib.save" = { commits = true, returns = "app.models.User" } }',
        ),
    )
    helper_module: str | None = field(
        default=None,
        metadata=_option(
            _DOTTED,
            "The module that fixes import helpers such as `model_to_dict` from; it is written by `sessile helpers`.",
            '"app.session_helpers"',
        ),
    )
    sqlalchemy_version: str | None = field(
        default=None,
        metadata=_option(_RELEASE, "The SQLAlchemy that the project runs on, where it cannot be found out.", '"2.0"'),
    )
    src: tuple[str, ...] = field(
        default=(".", "src"),
        metadata=_option(
            Many(Text("a directory")), "Directories that imports start from, relative to the configuration.", '["src"]'
        ),
    )
    cache_dir: str | None = field(
        default=None,
        metadata=_option(
            Text(
                "a directory below that of the configuration",
                r"(?!\.{1,2}(?:/|$))[^/\\:]+(?:/(?!\.{1,2}(?:/|$))[^/\\:]+)*",
            ),
            "The directory in which verdicts are remembered from run to run, below that of the configuration. Without "
            "it they are in the user's directory for caches.",
            '".sessile_cache"',
        ),
    )
    fix: bool = field(default=False, metadata=_option(Flag(), "Apply safe fixes, as `check --fix` does.", "true"))
    unsafe_fixes: bool = field(
        default=False,
        metadata=_option(Flag(), "Let fixes that need a human's eye be applied, as `--unsafe-fixes` does.", "true"),
    )
    fail_on: Severity = field(
        default=Severity.WARNING,
        metadata=_option(_SEVERITY, "The least severity that makes `check` exit with 1.", '"error"'),
    )
    output_format: str = field(
        default="full", metadata=_option(Choice(FORMATS), "How `check` writes findings.", '"concise"')
    )

    def enabled(self, code: str, default: bool = True) -> bool:
        """Whether a rule is on; `default` is whether it is on when nobody asks for it and no option implies it."""
        implied = code in _IMPLIED and bool(getattr(self, _IMPLIED[code]))
        return enabled((*self.select, *self.extend_select), self.ignore, code, default or implied)

    def ignored_in(self, path: str, code: str) -> bool:
        """Whether a rule is off in one file (absolute path), whatever is selected."""
        return any(
            heaviest(codes, code) is not None and self._means(pattern, path)
            for pattern, codes in self.per_file_ignores.items()
        )

    def severity_of(self, code: str, reported: Severity) -> Severity:
        """The severity to show for a finding that a rule reported with its own."""
        known = {each: found for each in self.severity if (found := weight(each, code)) is not None}
        return self.severity[max(known, key=known.__getitem__)] if known else reported

    def excluding(self) -> Patterns:
        """What is left out of a search for files."""
        return Patterns(self.root, (*self.exclude, *self.extend_exclude))

    def overridden(self, by: Overrides) -> Settings:
        """These settings under what a command line says."""
        given = {each.name: getattr(by, each.name) for each in fields(by) if getattr(by, each.name) is not None}
        if by.select is not None:
            return replace(self, **{"ignore": (), "extend_select": (), **given})
        ignore, extend = by.ignore or (), by.extend_select or ()
        given["ignore"] = (*without(self.ignore, extend), *ignore)
        given["extend_select"] = (*without(self.extend_select, ignore), *extend)
        return replace(self, **{"select": without(self.select, ignore) if ignore else self.select, **given})

    def _means(self, pattern: str, path: str) -> bool:
        wanted = not pattern.startswith("!")
        return bool(Patterns(self.root, (pattern.removeprefix("!"),)).verdict(path)) is wanted


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a command line may say of settings; None where it is silent."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    fix: bool | None = None
    unsafe_fixes: bool | None = None
    fail_on: Severity | None = None
    output_format: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One option as it is documented; `default` is plain (see `plain`)."""

    name: str
    kind: Kind
    default: object
    description: str
    example: str


def options() -> tuple[Option, ...]:
    """Every option, in the order of its field."""
    defaults = Settings()
    return tuple(
        Option(
            name=each.name.replace("_", "-"),
            kind=each.metadata["kind"],
            default=plain(getattr(defaults, each.name)),
            description=each.metadata["description"],
            example=each.metadata["example"],
        )
        for each in fields(Settings)
        if each.metadata
    )


def plain(value: object) -> object:
    """A setting as TOML or JSON have it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, DeclaredFunction):
        return value.facts()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [plain(each) for each in value]
    return value
