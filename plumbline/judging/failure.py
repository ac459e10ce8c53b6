"""What a red check tells the person who reads it: symptom, likely cause, first thing to do, and how to repeat it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from plumbline.deadlines import DeadlineMissed
from plumbline.judging.record import ContractBreach, NotStarted

if TYPE_CHECKING:
    from plumbline.asking.exchange import Exchange
    from plumbline.judging.catalogue import Row
    from plumbline.secrets import Secrets

SHOWN = 5
"""How many of a check's exchanges, its last, are listed."""

SERVER_ERROR = 500


def explain(row: Row, exchanges: Sequence[Exchange], secrets: Secrets, repeat: str, *, managed: bool = True) -> str:
    """The whole text, a labelled line each, secrets masked; `managed`: whether the run has started the platform."""
    lines = [
        ("holds", row.holds),
        ("symptom", row.symptom),
        ("cause", row.cause),
        ("first", row.first),
        *(("exchange", exchange.line()) for exchange in exchanges[-SHOWN:]),
    ]
    if exchanges:
        last = exchanges[-1]
        lines.append(("answer", printable(secrets.mask(last.body.decode("utf-8", "replace")))[:300] or "(no body)"))
        lines.append(("curl", last.curl(secrets)))
        lines += [("", f"set {variable}") for variable in last.secrets_to_set(secrets)]
        if managed:
            lines.append(("", "a platform that the run started has ended with it: put in the origin of one that runs"))
    lines.append(("repeat", repeat))
    return "\n".join(_wrapped(label, text) for label, text in lines)


def kind_of(error: BaseException, exchanges: Sequence[Exchange]) -> str:
    """How a check failed: breach, set-up, deadline, server-error (a bare 5xx), assertion, or other."""
    if isinstance(error, ContractBreach):
        return "breach"
    if isinstance(error, NotStarted):
        return "set-up"
    if isinstance(error, DeadlineMissed):
        return "deadline"
    if isinstance(error, AssertionError):
        return "server-error" if any(e.status >= SERVER_ERROR for e in exchanges) else "assertion"
    return "other"


def fired(error: BaseException) -> str:
    """The assertion, or the exception, in one line."""
    lines = str(error).strip().splitlines() or ["(no message)"]
    name = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
    text = " ".join(lines[:2]) if lines[0].endswith(":") and len(lines) > 1 else lines[0]
    return printable(f"{name}{text}")[:300]


def printable(text: str) -> str:
    """`text` with control characters shown, not sent: an answer of the platform may hold escape codes."""
    return "".join(c if c.isprintable() else " " if c in "\r\n\t" else f"\\x{ord(c):02x}" for c in text)


def _wrapped(label: str, text: str) -> str:
    if label in {"curl", "repeat", ""}:  # to be copied whole
        return f"{label:<9} {text}"
    return textwrap.fill(text, 108, initial_indent=f"{label:<9} ", subsequent_indent=" " * 10, break_long_words=False)
