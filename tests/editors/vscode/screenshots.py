"""Takes the pictures of the documentation: `python screenshots.py [FOLDER]`, or `npm run screenshots`.

The example shop is opened in a clean VS Code with nothing but our extension. A picture is taken once the window shows
what the picture is about; if that does not come, there is no picture and the script fails.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from vscode_packages import package
from vscode_window import ROOT, Window, missing

ACCOUNTS = "shop/services/accounts.py"
SETTINGS = {
    "workbench.colorTheme": "Default Light Modern",
    "editor.minimap.enabled": False,
    "editor.fontSize": 13,
    "editor.stickyScroll.enabled": False,
    "editor.hover.above": False,
    "editor.occurrencesHighlight": "off",
    "editor.guides.indentation": False,
    "editor.scrollbar.vertical": "hidden",
    "editor.overviewRulerBorder": False,
    "workbench.activityBar.location": "hidden",
    "workbench.layoutControl.enabled": False,
    "window.commandCenter": False,
    "problems.defaultViewMode": "tree",
}
READ, OBJECT, RETURN = (40, 22), (39, 12), (24, 1)
"""Line and column of a finding, of an object, and of a line below functions that commit, in `ACCOUNTS`."""


def main() -> int:
    """Writes the pictures into a folder."""
    reason = missing()
    if reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    pictures = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "images").resolve()
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "examples"
        shutil.copytree(ROOT / "examples", shop, ignore=shutil.ignore_patterns("__pycache__", "*.db"))
        with Window(shop, package(Path(folder)), SETTINGS) as window:
            take(window, pictures)
    return 0


def take(window: Window, pictures: Path) -> None:
    """One picture after the other, in one window."""
    window.ask("open", file=str(window.folder / ACCOUNTS))
    for each in ("closeSidebar", "closeAuxiliaryBar", "closePanel"):
        window.ask("command", id=f"workbench.action.{each}")
    go(window, *READ)
    window.see("squiggles", "error")
    window.see("hover", "detached: closed at the end of its")
    shoot(window, pictures / "story.png", 920, 480)
    window.see("press", "Escape")
    go(window, *READ)
    assert not all("Ignore" in each for each in window.see("fixes"))
    shoot(window, pictures / "quick-fix.png", 920, 340)
    window.see("press", "Escape")
    go(window, *OBJECT)
    window.see("hover", "Customer")
    shoot(window, pictures / "hover.png", 640, 300)
    window.see("press", "Escape")
    window.see("problem", "SCOPE001")
    shoot(window, pictures / "problems.png", 920, 560)
    window.ask("command", id="workbench.action.closePanel")
    window.ask("configure", key="sessile.inlayHints", value=True)
    go(window, *RETURN)
    window.until("the hints", lambda: any("customer: detached" in each for each in window.see("hints")))
    shoot(window, pictures / "hints.png", 920, 440)


def go(window: Window, line: int, column: int) -> None:
    """Put the cursor at a place near the top, so that there is room below."""
    window.see("place", line, column)
    window.ask("command", id="revealLine", args=[{"lineNumber": line - 6, "at": "top"}])


def shoot(window: Window, path: Path, width: int, height: int) -> None:
    """The upper left of the window, without notifications, which would lie over what is to be seen."""
    window.see("clear")
    window.see("shot", str(path), {"x": 0, "y": 0, "width": width, "height": height})
    sys.stdout.write(f"{path.name}: {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    sys.exit(main())
