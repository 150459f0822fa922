"""What a driver can do: everything that somebody at the keyboard does in these tests, in one editor."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from editor_facts import Place
    from editor_home import Home


class Editor(ABC):
    """A running editor, set up as the README says; lines are from 1, files relative to the workspace.

    `severities` are those that this editor shows as another one, `name` is that of `editor_facts.EDITORS`.
    """

    severities: ClassVar[dict[str, str]] = {}
    name = ""

    def __init__(self, home: Home) -> None:
        self.home = home

    @classmethod
    def home_for(cls) -> Home:
        """A new workspace."""
        from editor_home import Home

        return Home.build()

    @classmethod
    def leave(cls, home: Home) -> None:
        """Remove a workspace."""
        home.remove()

    @classmethod
    @abstractmethod
    def missing(cls) -> str | None:
        """Why this editor cannot be started here, and what would help; None if it can."""

    @abstractmethod
    def open(self, file: str) -> None:
        """Show a file."""

    @abstractmethod
    def shown(self) -> list[str]:
        """The findings of the file on show, such as "error SCOPE001 40", by lines."""

    @abstractmethod
    def story(self, line: int) -> str:
        """All that is said of the findings of a line."""

    @abstractmethod
    def hover(self, place: Place) -> str:
        """What the editor shows for the word under the cursor."""

    @abstractmethod
    def hints(self, line: int) -> str:
        """The inlay hints of a line of the file on show, once there are any."""

    @abstractmethod
    def choose(self, place: Place, title: str) -> None:
        """Open the menu of code actions at a place, and take the entry whose title begins so."""

    @abstractmethod
    def insert(self, line: int, text: str) -> None:
        """Type a line above a line of the file on show."""

    @abstractmethod
    def delete(self, line: int) -> None:
        """Take a line away."""

    @abstractmethod
    def save(self) -> None:
        """Save every file that was changed."""

    @abstractmethod
    def configure(self, settings: dict[str, object]) -> None:
        """Change the editor's settings for Sessile."""

    @abstractmethod
    def restart(self) -> None:
        """What somebody does whose server has crashed."""

    @abstractmethod
    def close(self) -> None:
        """End the editor."""
