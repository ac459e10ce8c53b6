"""Several runs' folders read as one: which reports count, what is wrong with a shard, and their evidence together."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from plumbline.judging.record import SERIOUSNESS

Report = dict[str, Any]


class NoShard(Exception):
    """None of the folders holds a run; the message says what is missing in each."""


@dataclass(frozen=True)
class Folder:
    """One run's folder: its verdict, and its reports by check; `name` is what people call it."""

    path: Path
    name: str
    told: dict[str, Any]
    reports: dict[str, list[Report]]

    def seriousness(self, nodeid: str) -> int:
        """How serious the end of that check was here; the less, the more serious."""
        words = [report["plumbline"]["word"] for report in self.reports[nodeid] if "plumbline" in report]
        return min((SERIOUSNESS.index(word) for word in words), default=len(SERIOUSNESS))


@dataclass(frozen=True)
class Merged:
    """The runs as one. `trouble` says in a sentence each what stands against a GO besides red checks."""

    folders: Sequence[Folder]
    trouble: list[str] = field(default_factory=list)

    @property
    def reports(self) -> Iterator[Report]:
        """Every report that counts: of a check that several shards ran, such as preflight, the most serious ones."""
        for nodeid in self.nodeids:
            yield from self._judging(nodeid).reports[nodeid]

    @property
    def nodeids(self) -> list[str]:
        """Every check's, once."""
        return list(dict.fromkeys(nodeid for folder in self.folders for nodeid in folder.reports))

    def _judging(self, nodeid: str) -> Folder:
        return min((each for each in self.folders if nodeid in each.reports), key=lambda each: each.seriousness(nodeid))

    @property
    def target(self) -> str:
        """What was judged."""
        return str(self.folders[0].told["target"])

    @property
    def release(self) -> str:
        """Which release of it."""
        return str(self.folders[0].told["release"])

    @property
    def began(self) -> float:
        """When the first one began."""
        return min(float(folder.told["began"]) for folder in self.folders)

    @property
    def seconds(self) -> float:
        """From the first one's begin to the last one's end."""
        return max(float(folder.told["began"] + folder.told["seconds"]) for folder in self.folders) - self.began

    @property
    def chosen(self) -> dict[str, str]:
        """The header of the first one."""
        return dict(self.folders[0].told["chosen"])

    @property
    def interrupted(self) -> int:
        """The exit code of a run that did not come to its end; 0 where all did."""
        return max((code for folder in self.folders if (code := folder.told["exit_status"]) in {2, 3}), default=0)

    def copy_into(self, into: Path) -> None:
        """Brings evidence and logs together; each shard's logs stay in a folder of their own."""
        for folder in self.folders:
            logs = folder.path / "logs"
            if logs.is_dir():
                shutil.copytree(logs, into / "logs" / folder.name.replace(" ", "-"), dirs_exist_ok=True)
        for nodeid in self.nodeids:
            folder = self._judging(nodeid)
            for report in folder.reports[nodeid]:
                for one in report.get("plumbline", {}).get("attachments", ()):
                    self._copy(folder.path, one["path"], into)

    def _copy(self, source: Path, name: str, into: Path) -> None:
        path = (source / name).resolve()
        if not (path.is_relative_to(source.resolve()) and path.is_file()):
            self.trouble.append(f"merge: {source} lacks the evidence {name}")
            return
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, into / name)


def at_home(report: Report, into: Path) -> Report:
    """The same report, its text telling where the evidence lies now."""
    evidence = report.get("plumbline", {}).get("attachments")
    if not evidence:
        return report
    place = str(Path(evidence[0]["path"]).parent)
    here = str(into / place).replace("\\", r"\\")
    told = re.compile(rf"\S*/{re.escape(place)}(?![\w-])")
    return report | {"sections": [[name, told.sub(here, text)] for name, text in report["sections"]]}


def merged(paths: Sequence[Path]) -> Merged:
    """The runs in these folders as one; NoShard where none of them holds a run."""
    folders, trouble = [], []
    for path in paths:
        try:
            folders.append(_folder(path))
        except FileNotFoundError as error:
            trouble.append(f"merge: {path} holds no {Path(error.filename).name}; name a run's folder")
        except (OSError, ValueError, KeyError) as error:
            trouble.append(f"merge: {path} holds no whole run: {type(error).__name__}: {error}")
    if not folders:
        raise NoShard("\n".join(trouble))
    return Merged(folders, [*trouble, *_wrong(folders), *_required(folders)])


def _folder(path: Path) -> Folder:
    told = json.loads((path / "verdict.json").read_text("utf-8"))
    name = f"shard {told['shard']['group']}" if told["shard"] else path.name
    reports: dict[str, list[Report]] = {}
    for line in (path / "reportlog.jsonl").read_text("utf-8").splitlines():
        report = json.loads(line)
        record = report.get("plumbline")
        if record:
            record["worker"] = f"{name} {record['worker']}".strip()
        reports.setdefault(report["nodeid"], []).append(report)
    return Folder(path, name, told, reports)


def _wrong(folders: Sequence[Folder]) -> Iterator[str]:
    """What does not fit together."""
    for key in ("target", "release"):
        known = sorted({str(folder.told[key]) for folder in folders})
        if len(known) > 1:
            yield f"merge: the shards judged more than one {key}: {', '.join(known)}"
    cut = [folder.told["shard"] for folder in folders if folder.told["shard"]]
    if not cut:
        return
    if len(cut) < len(folders):
        yield "merge: shards and whole runs together; name the shards of one run"
    if len({(shard["splits"], shard["cut"]) for shard in cut}) > 1:
        yield "merge: the shards are not of one run: each was cut from another list of checks (give all one --seed)"
        return
    groups = [shard["group"] for shard in cut]
    for group in range(1, cut[0]["splits"] + 1):
        if groups.count(group) != 1:
            yield f"merge: shard {group} of {cut[0]['splits']} is {'missing' if group not in groups else 'there twice'}"
    told = {record["nodeid"] for folder in folders for record in folder.told["checks"]}
    if len(told) < cut[0]["asked"]:
        yield f"merge: {cut[0]['asked'] - len(told)} of {cut[0]['asked']} checks have no record"


def _required(folders: Sequence[Folder]) -> list[str]:
    return list(dict.fromkeys(line for folder in folders for line in folder.told["missing"]))
