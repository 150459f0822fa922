"""What the flow analysis asks of the project around a file: other modules and what users declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sessile.flow.revisions import Revisions
    from sessile.flow.scopes import ModuleScope


class Workspace(Protocol):
    """Other modules of the project. Absence of an answer is always allowed and makes verdicts weaker, never wrong."""

    revisions: Revisions

    def heed(self) -> None:
        """Called often; raises Interrupted if what is being computed is to be given up for now."""

    def module(self, name: str, importer: str = "") -> ModuleScope | None:
        """The module that a file means by a dotted name, if the workspace has it."""

    def relative(self, level: int, name: str, importer: str) -> ModuleScope | None:
        """The module that a file means by so many dots and a name."""

    def package(self, path: str, levels: int) -> str:
        """The package so many levels above a module, by its file or directory; the module itself for none."""

    def submodule(self, package: str, name: str) -> ModuleScope | None:
        """The module of that name in a package, given by its file or directory."""

    def scope_of(self, path: str) -> ModuleScope | None:
        """The module of a file."""

    def mentions(self, name: str, path: str) -> list[ModuleScope] | None:
        """The modules other than `path` in whose text a name occurs; None if that cannot be told."""

    def mentioning(self, name: str) -> list[ModuleScope]:
        """The modules in whose text a name occurs."""

    def outside(self, name: str) -> tuple[ModuleScope, str] | None:
        """The module of an installed package that binds a dotted name, and what the name is there."""

    def is_outside(self, path: str) -> bool:
        """Whether a file belongs to an installed package."""

    def declared(self, name: str) -> dict[str, object] | None:
        """What the user declared of a function, by its dotted name."""

    def expire_on_commit(self, asynchronous: bool) -> bool | None:
        """What every session factory of the project says; None where there is none or where they differ."""
