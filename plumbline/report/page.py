"""What is done to pytest-html's page when it is written: no link leaves it, and nothing runs in it but its own script.

pytest-html writes style and script into the page; a policy with their hashes forbids every other, so that text of
the platform's which got past all escaping would still be inert.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

SCRIPT = Path(__file__).with_name("report.js")
DATA = '<div id="data-container"'
"""Where, in pytest-html's page, its data stand; below them comes its script."""

GENERATOR = re.compile(r"<p>Report generated on .*?</p>", re.DOTALL)
RELOAD = re.compile(r'<div class="summary__reload">.*?</div>\s*</div>\s*</div>', re.DOTALL)


def finished(page: str) -> str:
    """The page that people read, with our script and its policy; AssertionError where it is not pytest-html's."""
    own = SCRIPT.read_text("utf-8")
    head, data, rest = page.rpartition(DATA)
    if not data:
        raise AssertionError("report.html is not a page of pytest-html's; was it upgraded?")
    head = RELOAD.sub("", GENERATOR.sub("", head, count=1), count=1)
    style = _between(head, '<style type="text/css">', "</style>")
    script = _between(rest, "<script>", "</script>")
    rest = rest.replace("</footer>", f"<script>{own}</script></footer>", 1)
    policy = (
        f"default-src 'none'; script-src {hashed(script)} {hashed(own)}; style-src {hashed(style)};"
        " img-src data: file: 'self'; base-uri 'none'; form-action 'none'"
    )
    meta = (
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        '<meta name="referrer" content="no-referrer"/>'
    )
    return head.replace('<meta charset="utf-8"/>', f'<meta charset="utf-8"/>{meta}', 1) + data + rest


def _between(text: str, begin: str, end: str) -> str:
    found = text.partition(begin)[2].partition(end)
    if not found[1]:
        raise AssertionError(f"report.html has no {begin}; was pytest-html upgraded?")
    return found[0]


def hashed(content: str) -> str:
    """The source of a policy that allows this script or style, and no other."""
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"
