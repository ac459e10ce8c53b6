"""A process and all that descend from it: the memory and the processor time that they have."""

from __future__ import annotations

from pathlib import Path


def family(root: int) -> set[int]:
    """The pids of a process and of all that descend from it."""
    parents = {pid: int(fields[1]) for pid in _pids() if (fields := _fields(pid))}
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def pss(pid: int) -> int:
    """Kilobytes that a process has of memory, shared pages by its share; 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def ticks(pid: int) -> int:
    """Processor time that a process has had, in the kernel's ticks; 0 when it is gone."""
    fields = _fields(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _fields(pid: int) -> list[bytes]:
    """The fields of `stat` behind the name, proc(5): state, parent, … user time, system time."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b") ")[2].split()
    except OSError:
        return []
