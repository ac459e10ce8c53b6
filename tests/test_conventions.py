"""The habits of STYLE and CONTRIBUTING, held: each breach is named with its file, line and remedy."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parent.parent
OURS = ("plumbline", "fixtures", "seeds", "suites", "faults", "reference", "proofs", "tests", "bench")
SUITE_SIDE = ("plumbline", "fixtures", "seeds", "suites", "proofs", "tests")
LEFT_OUT = {".git", ".venv", ".plumbline", "reports", "__pycache__", "node_modules", "build", "dist"}
CODE = {".py", ".sh", ".sql", ".js", ".css", ".html", ".md"}
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "base",
    "core",
    "misc",
    "manager",
    "shared",
    "stuff",
}
MADE = {Path("docs/settings.md")}
"""Nobody writes these: they are as long as what they tell of."""

WAITS = {"time.sleep", "asyncio.sleep", "page.wait_for_timeout", "gevent.sleep"}
STARTS = re.compile(
    r"(subprocess\.(Popen|run|call|check_\w+)|multiprocessing\.(Process|Pool)"
    r"|os\.(fork|forkpty|system|popen|posix_spawnp?|spawn\w+|exec\w+)|asyncio\.create_subprocess_\w+)"
)
MACHINE_PATH = re.compile(r"(?<![\w./}>~-])/(?:root|home|work|Users)/\w")
REGISTRY = re.compile(r"py[p]i\.org|python[h]osted\.org|npm[j]s\.(?:org|com)", re.IGNORECASE)


def held(breaches: Iterable[str]) -> None:
    """Fail with one line a breach; nothing when there is none."""
    if lines := list(breaches):
        pytest.fail("\n".join(lines), pytrace=False)


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Every file of the project below the folders (the root without them), as a path from the root."""
    found: list[Path] = []
    waiting = [ROOT / folder for folder in folders] or [ROOT]
    while waiting:
        for path in waiting.pop().glob("*"):
            if path.name in LEFT_OUT or path.name.endswith("_cache") or path.is_symlink():
                continue
            (waiting if path.is_dir() else found).append(path)
    return tuple(sorted(path.relative_to(ROOT) for path in found))


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Each Python file of the folders with its syntax tree."""
    for path in files(*folders):
        if path.suffix == ".py":
            yield path, _tree(path)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


@cache
def text(path: Path) -> str:
    """What the file says; nothing for what is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last one."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def checks() -> Iterator[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Each check of suites/."""
    for path, tree in modules("suites"):
        for function in functions(tree):
            if function.name.startswith("test"):
                yield path, function


def test_no_file_is_longer_than_300_lines() -> None:
    held(
        f"{path}: {lines} lines; which second subject is in it? Give that a file of its own"
        for path in files()
        if path.suffix in CODE and path not in MADE and (lines := len(text(path).splitlines())) > 300
    )


def test_no_function_is_longer_than_40_lines() -> None:
    held(
        f"{path}:{function.lineno}: {function.name} has {length(function)} lines; name its parts"
        for path, tree in modules(*OURS, "requirements")
        for function in functions(tree)
        if length(function) > 40
    )


def test_a_check_fits_on_a_screen() -> None:
    held(
        f"{path}:{check.lineno}: {check.name} has {length(check)} lines; it lacks a factory or a fixture"
        for path, check in checks()
        if length(check) > 25
    )


def test_a_file_of_checks_says_what_once_broke() -> None:
    held(
        f"{path}:1: no docstring; say in one sentence what once broke"
        for path, tree in modules("suites")
        if path.name.startswith("test_") and not ast.get_docstring(tree)
    )


def test_every_check_names_its_row() -> None:
    held(
        f'{path}:{check.lineno}: {check.name} holds for no row; write @regression("ROW-1") above it'
        for path, check in checks()
        if not any("regression" in ast.unparse(mark) for mark in check.decorator_list)
    )


def test_no_room_is_a_drawer() -> None:
    held(
        f"{path}: {part!r} is a drawer; what is the room really called?"
        for path in files(*OURS)
        for part in (*path.parts[:-1], path.stem)
        if part.lower() in DRAWERS or set(part.lower().split("_")) & (DRAWERS - {"core", "base", "shared"})
    )


def test_nobody_sleeps_but_deadlines() -> None:
    held(
        f"{path}:{line}: {called}; wait for the condition itself: plumbline.eventually"
        for path, line, called in calls(*SUITE_SIDE)
        if called in WAITS and path != Path("plumbline/deadlines.py")
    )


def test_nobody_starts_a_process_but_processes() -> None:
    # chromium_setup runs before there is a run to own anything, warm/ is the process that forks platforms;
    # tests/ start whole runs as a person would
    names = ("standing/processes.py", "standing/below.py", "standing/outliving.py", "browsing/chromium_setup.py")
    may = {Path("plumbline", name) for name in names}
    held(
        f"{path}:{line}: {called}; processes are started, owned and ended by plumbline/standing/processes.py"
        for path, line, called in calls("plumbline", "fixtures", "seeds", "suites", "proofs", "reference")
        if STARTS.fullmatch(called) and path not in may and Path("plumbline/warm") not in path.parents
    )


def test_httpx_lives_in_the_client_and_what_it_sends_through() -> None:
    may = {Path("plumbline", name) for name in ("asking/client.py", "asking/pool.py", "asking/transport.py")}
    held(
        f"{path}:{line}: imports httpx; ask plumbline.asking.client, it records, permits and validates"
        for path, tree in modules(*SUITE_SIDE, "faults")
        for line, name in imports(tree)
        if name.split(".")[0] == "httpx" and path not in may
    )


def test_every_public_name_has_a_docstring() -> None:
    held(
        f"{path}:{node.lineno}: {node.name} has no docstring; say meaning, units, errors"
        for path, tree in modules("plumbline", "fixtures", "seeds", "faults", "reference")
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    )


def test_checks_and_faults_mirror_each_other() -> None:
    tested = {path.parent.relative_to("suites") / path.name for path in files("suites") if path.suffix == ".py"}
    wanted = {path.with_name(path.name.removeprefix("test_")) for path in tested if path.name.startswith("test_")}
    broken = {path.relative_to("faults") for path in files("faults") if path.suffix == ".py"}
    broken = {path for path in broken if len(path.parts) > 1 and not path.name.startswith("_")}
    held(f"suites/{path.parent}/test_{path.name}: no faults/{path} brings it back" for path in wanted - broken)
    held(f"faults/{path}: no suites/{path.parent}/test_{path.name} catches it" for path in broken - wanted)


def test_no_path_of_a_machine_and_no_registry_host() -> None:
    held(
        f"{path}:{number}: {hit.group()!r}; a machine's path or a registry's host belongs to no commit"
        for path in files()
        if path.suffix != ".pyc"
        for number, line in enumerate(text(path).splitlines(), 1)
        if (hit := MACHINE_PATH.search(line) or REGISTRY.search(line))
    )


def test_a_package_below_a_package_is_one() -> None:
    # import-linter looks into no folder that lacks it
    held(
        f"{path.parent}/__init__.py is missing; without it no arrow is held in {path.parent}"
        for path in files(*OURS)
        if path.suffix == ".py"
        and (ROOT / path.parts[0] / "__init__.py").exists()
        and not (ROOT / path.parent / "__init__.py").exists()
    )


@pytest.mark.parametrize("group", ["core", "reference", "dev", "ci", "installer"])
def test_a_lock_holds_what_its_list_asks_for(group: str) -> None:
    asked = re.findall(r"^([A-Za-z][\w.-]*)", text(Path(f"requirements/{group}.in")), re.MULTILINE)
    locked = pins(group)

    held(f"requirements/{group}.txt lacks {name}; run: make lock" for name in asked if plain(name) not in locked)
    assert text(Path(f"requirements/{group}.txt")).count("--hash=sha256:") >= len(locked)


def test_the_locks_agree_with_each_other() -> None:
    seen: dict[str, str] = {}
    for group in ("core", "reference", "dev", "ci"):
        for name, version in pins(group).items():
            assert seen.setdefault(name, version) == version, f"{name}: two versions; run: make lock"


def pins(group: str) -> dict[str, str]:
    """Version by package of a group's lock."""
    lock = text(Path(f"requirements/{group}.txt"))
    return {plain(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)}


def plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def calls(*folders: str) -> Iterator[tuple[Path, int, str]]:
    """Each call in the folders: file, line, dotted name of what is called."""
    for path, tree in modules(*folders):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
                yield path, node.lineno, ast.unparse(node.func)


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each import that is carried out: line, module; those for types alone are left out."""
    for node in _carried_out(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def _carried_out(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from _carried_out(child)
