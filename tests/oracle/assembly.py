"""Collects the pieces of a program by the section that they belong to, and makes files of the sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .models import models
from .option import ASYNC, Option
from .text import filled, spoken, with_imports
from .words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

NEUTRAL = Option("as usual")
SECTIONS = ("models", "provider", "callee", "main")


@dataclass
class Draft:
    """A program that is being written."""

    options: Mapping[str, Option]
    result: str = "user"
    sections: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in SECTIONS})

    def __post_init__(self) -> None:
        self.flavour = self.options["flavour"].flavours[0]
        self.awaits = self.flavour == ASYNC
        reader = "callee" if self._option("control").part("helper") else "main"
        for dimension, section in (("crossing", "callee"), ("reading", reader)):
            if dimension in self.options:
                self.add(section, self.options[dimension].part("state") + self.options[dimension].part("definitions"))

    def _option(self, dimension: str) -> Option:
        """The option of a dimension that not every kind has."""
        return self.options.get(dimension, NEUTRAL)

    def add(self, section: str, text: str) -> None:
        """Put a top-level piece into a section."""
        if text.strip():
            self.sections[section].append(text)

    def wrapped(self, slot: str, code: str) -> str:
        """The code of a slot within the control flow that goes around it."""
        template = self.options["control"].part(slot)
        return filled(template, block=code) if template and code else code

    def function(self, section: str, name: str, body: str, inside: str, after: str) -> None:
        """The function that owns the session."""
        opening = self.options["opening"]
        session = opening.part("session", "session")
        parts = {"body": body, "inside": inside, "after": after}
        parts = {slot: re.sub(r"\bsession\b(?!\.begin\b\(\):)", session, text) for slot, text in parts.items()}
        self.add(section, filled(opening.code, **parts).replace("$name", name))

    def files(self) -> dict[str, str]:
        """The finished files."""
        style = self.options["flavour"].code
        members = "\n\n".join(option.part("members") for option in self.options.values() if option.part("members"))
        self.sections["models"] = [models(style, self._option("mapping"), members, awaits=self.awaits)]
        provider = ["engine = $create", self.options["opening"].part("definitions")]
        provider.append(self._option("factory").part("definitions"))
        self.sections["provider"] = provider + self.sections["provider"]
        words = self._words()
        texts = {
            name: [spoken(text, words, awaits=self.awaits) for text in parts if text.strip()]
            for name, parts in self.sections.items()
        }
        return with_imports(self._laid_out(texts), self.flavour)

    def _words(self) -> dict[str, str]:
        pieces = [text for parts in self.sections.values() for text in parts]
        flag = any(re.search(r"\bflag\b", text) for text in pieces)
        loading, factory = self._option("loading"), self._option("factory").code
        words = dict(WORDS[self.flavour, self.options["flavour"].code])
        words["maker"] = words["maker"].format(options=factory)
        return words | {
            "options": factory,
            "load": loading.code,
            "getload": loading.part("get"),
            "var": self.result,
            "params": "flag: bool" if flag else "",
            "moreparams": ", flag: bool" if flag else "",
            "args": "flag" if flag else "",
            "moreargs": ", flag" if flag else "",
        }

    def _laid_out(self, texts: Mapping[str, list[str]]) -> dict[str, list[str]]:
        apart = self.options["layout"].code.split()
        files: dict[str, list[str]] = {name: texts[name] for name in SECTIONS if name in apart}
        files["main"] = [text for name in SECTIONS if name not in apart for text in texts[name]]
        return files
