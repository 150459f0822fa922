"""The format of the literate cases: what belongs to which case, and where each line came from."""

from __future__ import annotations

from pathlib import Path

from literate import Case, Mark, parse

TEXT = """# X001 name

```toml
extend-select = ["X001"]
```

```python preamble
first = 1
```

```python setup
prepared = 1
```

## One file

```python
x = first  # error: [X001] raises KeyError in f; hint: [X002]
```

```python setup
more = 2
```

## Standalone, not run

```python standalone no-run
y = 1  # plain comment
```

```python preamble
second = 2
```

## Two files

```toml
line-length = 3
```

`models.py`:
```python
z = 1  # warning: [X001]
```

`main.py`:
```python
from models import z
```

```python run
assert z
```
"""


def _cases() -> list[Case]:
    return parse(TEXT, Path("X001.md"))


def test_preamble_stands_in_front_and_lines_keep_their_origin() -> None:
    one = _cases()[0].source("main.py")
    assert one.text == "first = 1\n\n\nx = first  # error: [X001] raises KeyError in f; hint: [X002]\n"
    assert [TEXT.split("\n")[origin - 1] for origin in (one.origins[0], one.origins[3])] == one.text.split("\n")[0:4:3]


def test_marks_of_one_line_are_separated_by_semicolons() -> None:
    assert _cases()[0].marks == (
        Mark("main.py", 4, "error", "X001", "KeyError", "f"),
        Mark("main.py", 4, "hint", "X002"),
    )


def test_setup_and_settings_of_the_file_come_before_those_of_the_case() -> None:
    one, _, two = _cases()
    assert one.setup == "prepared = 1\nmore = 2\n"
    assert two.setup == ""
    assert two.settings == 'extend-select = ["X001"]\nline-length = 3\n'


def test_standalone_has_no_preamble_and_no_run_is_not_run() -> None:
    standalone = _cases()[1]
    assert standalone.source("main.py").text == "y = 1  # plain comment\n"
    assert not standalone.runnable
    assert standalone.marks == ()


def test_named_files_are_complete_as_they_stand() -> None:
    two = _cases()[2]
    assert [source.name for source in two.files] == ["models.py", "main.py"]
    assert two.run == "assert z\n"
    assert two.marks == (Mark("models.py", 1, "warning", "X001"),)
