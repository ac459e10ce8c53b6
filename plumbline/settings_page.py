"""docs/settings.md: every option, variable and word of a profile, made from where they are said once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plumbline.judging.catalogue import CAPABILITIES
from plumbline.settings import FLAGS, OPTIONS, VARIABLES
from plumbline.vocabulary import Key, Table, tables

HEAD = """# Settings

Made by `python -m plumbline settings` from the options, the variables and the profile's own model; a test holds it.

- [Options](#options): of one run, by `pytest --option` or by a variable
- [Variables](#variables) that no option is the twin of
- [The profile](#the-profile): one file that says what the platform is

## Options

Each has a variable that says the same; what is typed goes before it. Flags are set by 1, and by 0 not.
"""

PROFILE = """## The profile

A TOML file, named by `--target=PATH`; `python -m plumbline new-profile URL|DIR` writes a first one. What it leaves out
is as on the reference platform. A wrong key, or one that makes no sense beside the others, ends the run before anything
starts, with the file, the key and the remedy. The comment

```toml
#:schema https://example.org/where-you-keep-it/profile.schema.json
```

in its first line makes an editor (Even Better TOML, Taplo) complete and check the keys by
[profile.schema.json](profile.schema.json); a path from the profile's folder does as well.

A profile with `[commands] serve` is of a platform that the run starts; one with `[remote] origins` is of one that is
reached, never started. Paths are either **ours**, those of `contract/`, which `paths` maps to the platform's, or the
platform's own. A *dotted path* such as `user.name` leads into JSON. A *sign* is a table that tells an answer from
others of its status: `{ status = 302, location = "/login" }`, or `{ status = 200, text = "Wrong password" }`. Where the
last column is empty, there is none.
"""

ABOVE = f"""They come first in the file: TOML counts to a table whatever follows its head. `offers` may say:
{", ".join(f"`{word}`" for word in CAPABILITIES)}.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD, _options(), "## Variables\n", _variables(), PROFILE, *_profile()]
    return "\n".join(parts).rstrip() + "\n"


def _options() -> str:
    options = [(f"--{name.replace('_', '-')} {takes}", name, text, default)
               for name, (takes, text, default) in OPTIONS.items()]  # fmt: skip
    flags = [(f"--{name.replace('_', '-')}", name, text, "off") for name, text in FLAGS.items()]
    return _drawn(
        ("option", "variable", "meaning", "else"),
        [(f"`{spelled}`", f"`PLUMBLINE_{name.upper()}`", text, _code(default))
         for spelled, name, text, default in options + flags],
    )  # fmt: skip


def _variables() -> str:
    rows = [(f"`PLUMBLINE_{name}`", text, default) for name, (text, default) in VARIABLES.items()]
    return _drawn(("variable", "meaning", "else"), rows)


def _profile() -> Iterator[str]:
    seen: dict[tuple[Key, ...], str] = {}
    for table in tables():
        yield _title(table)
        if table.keys in seen:
            yield f"The same keys as {seen[table.keys]}.\n"
            continue
        seen[table.keys] = f"`{table.head}`"
        yield f"{table.text}\n" if table.head else ABOVE
        yield _drawn(("key", "takes", "meaning", "else"), [_row(key) for key in table.keys])


def _title(table: Table) -> str:
    return f"### `{table.head}`\n" if table.head else "### Above all tables\n"


def _row(key: Key) -> tuple[str, str, str, str]:
    return f"`{key.name}`", key.type, key.text, "must be given" if key.default is None else _code(key.default)


def _code(text: str) -> str:
    return text if text in {"", "off"} else f"`{text}`"


def _drawn(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown; a bar within a cell would end it."""
    lines = [titles, ["---"] * len(titles), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
