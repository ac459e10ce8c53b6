"""The suite's options and variables, in words: pytest gets them from here, and docs/settings.md does."""

from __future__ import annotations

from plumbline.services.choice import Wanted

OPTIONS = {
    "target": (
        "NAME|PATH",
        "the profile of the platform under test: a name in targets/, or --target=PATH",
        "reference",
    ),
    "base_url": (
        "URL",
        "the origin of a platform that runs: without --target what anybody may do there, with it one of the profile's",
        "",
    ),
    "wait_for_release": (
        "ID",
        "check nothing before every origin of a url target says that it runs this release",
        "",
    ),
    "services": (
        "KIND",
        "how Postgres and Redis are had: auto, containers, embedded, external",
        "auto",
    ),
    "postgres_image": ("IMAGE", "the image of Postgres, for containers", Wanted.postgres_image),
    "redis_image": ("IMAGE", "the image of Redis, for containers", Wanted.redis_image),
    "postgres_url": ("URL", "an external Postgres; a password belongs into the variable, not here", ""),
    "redis_url": ("URL", "an external Redis; likewise", ""),
    "allow": (
        "LEVEL",
        "the most that this run may do: anonymous, readonly, writes, disruptive; else what the target is for by itself",
        "",
    ),
    "rows": ("ROWS", "only the checks of these rows or areas of the catalogue: SES,HLT-2", ""),
    "fault": ("NAME", "bring a regression back on purpose: the platform is started with this fault", ""),
    "seed": ("N", "what the random values of factories and the order of --shuffle come from", ""),
    "repeat": ("N", "run every check N times, in rounds", "1"),
    "evidence": ("KIND", "what a red check leaves besides its text: all, none", "all"),
    "tracing": (
        "KIND",
        "what a page's trace has in it: actions, full (its documents and pictures too), off",
        "actions",
    ),
}
"""Option → (what it takes, help, default). Each has an environment twin: PLUMBLINE_TARGET and so on."""


FLAGS = {
    "headed": "show the browser",
    "shuffle": "put the checks in an order that the seed decides, preflight first all the same",
    "fresh": "start servers and platform anew, whatever `make up` keeps",
    "cleanup_only": "run no check: remove what killed runs have left on the target, as far as it is surely theirs",
    "explain": "say of each check whether it would run, or why not, and start nothing",
    "keep": "stop at the first red check, and leave what it played on up until you have looked",
}
"""Options without a value; their twins are 1 or 0."""

OFF, ON = {"", "0"}, {"1"}
"""What the twin of a flag may be."""

VARIABLES = {
    "BROWSER": ("the browser's executable", "found"),
    "TODAY": ("the day that the run takes for today: the records that platforms start with are dated by it", "today"),
    "HOME": ("the folder of what outlives a run: prepared servers, ledgers, what `make up` keeps", ".plumbline"),
    "REPORTS": ("the folder in which each run leaves its reports", "reports"),
}
"""Variable that no option is the twin of, without PLUMBLINE_ → (what it says, default)."""

OF_A_RUN = ("RUN", "FAULTS")
"""What a run sets for what it starts, and the twin of the proofs' own option."""

KNOWN = tuple(name.upper() for name in (*FLAGS, *OPTIONS, *VARIABLES, *OF_A_RUN))
"""Every variable of the environment that is ours, without PLUMBLINE_."""
