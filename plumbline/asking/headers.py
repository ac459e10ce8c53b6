"""The security headers that a page must carry."""

from __future__ import annotations

import re
from collections.abc import Mapping

FRAMES_REFUSED = {"deny", "sameorigin"}
REFERRERS_KEPT = {
    "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "origin",
    "origin-when-cross-origin", "no-referrer-when-downgrade",
}  # fmt: skip


ANYWHERE = {"*", "http:", "https:", "data:"}
"""Sources that are everywhere; browsers ignore them beside 'strict-dynamic' (CSP 3)."""


def header_faults(headers: Mapping[str, str]) -> list[str]:
    """What is missing or void among a page's headers (names in lower case), a sentence each."""
    policy = _directives(headers.get("content-security-policy", ""))
    scripts = policy.get("script-src", policy.get("default-src"))
    ancestors = policy.get("frame-ancestors")  # where it is there, browsers leave X-Frame-Options aside
    old = headers.get("x-frame-options", "").strip().lower() in FRAMES_REFUSED
    framed = old if ancestors is None else not ANYWHERE & set(ancestors)
    given = set(scripts or ())
    loose = set() if "'strict-dynamic'" in given else ANYWHERE & given
    referrers = {word.strip() for word in headers.get("referrer-policy", "").lower().split(",")}
    found = {
        "no Content-Security-Policy": not policy,
        "the Content-Security-Policy does not say where scripts may come from": bool(policy) and scripts is None,
        f"the Content-Security-Policy lets scripts come from anywhere ({' '.join(sorted(loose))})": bool(loose),
        "no X-Content-Type-Options: nosniff": headers.get("x-content-type-options", "").lower() != "nosniff",
        "nothing says who may frame the page (X-Frame-Options, frame-ancestors)": not framed,
        "no Referrer-Policy, or unsafe-url": not referrers & REFERRERS_KEPT,
    }
    return [fault for fault, there in found.items() if there]


def https_only_seconds(headers: Mapping[str, str]) -> int:
    """How long a browser is to ask by https only, by Strict-Transport-Security; 0 where it does not say."""
    age = re.search(r"max-age=\"?(\d+)", headers.get("strict-transport-security", ""), re.IGNORECASE)
    return int(age.group(1)) if age else 0


def _directives(policy: str) -> dict[str, tuple[str, ...]]:
    """Directive → its sources, of a policy or of several joined by commas."""
    words = [part.split() for part in re.split(r"[;,]", policy) if part.strip()]
    return {name.lower(): tuple(sources) for name, *sources in words}
