"""Reads what a platform's answers give away: health's fields, a login page's form, cookies, its own document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from plumbline.asking.exchange import Answer

FIELDS: Mapping[str, tuple[str, type | tuple[type, ...]]] = {
    "status": (r"status|state|health|healthy|ok|up|ready", (str, bool)),
    "database": (r"db|database\w*|postgres\w*|sql|prisma", (str, bool)),
    "timestamp": (r"time|timestamp|now|date", (str, int, float)),
    "storage": (r"storage|s3|bucket\w*", (str, bool)),
    "release": (r"release|version|commit|sha|build|revision", str),
    "migrations": (r"migrations?|schema", (str, bool)),
}
"""Word of [health] → what fields of that meaning are called, and what they hold."""

COOKIES = (
    (r"connect\.sid|.*\.sid", "express-session", "connect-pg-simple"),
    (r"sessionid", "Django", "django-db"),
    (r"(__Secure-)?better-auth\.session_token", "Better Auth", "better-auth"),
    (r"session", "Flask, or one like it", "stateless"),
    (r"_\w+_session|\w+_session", "Rails, Laravel, or one like them", ""),
    (r"PHPSESSID|JSESSIONID|ASP\.NET_SessionId", "PHP, Java or .NET", ""),
    (r"(__Secure-|__Host-)?(next-auth|authjs)\.session-token", "Auth.js", ""),
    (r"(__Secure-|__Host-)?(sid|session_?id|sess)", "a session", ""),
)
"""Name of a cookie → whose it is as a rule, and the preset of [session] that its sessions may be kept by."""


def fields_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Word of [health] → dotted path of the field that says it, empty where none seems to."""
    places = list(_places(body))
    found = {}
    for word, (called, kinds) in FIELDS.items():
        fitting = (path for path, value in places if isinstance(value, kinds) and _is_called(path, called))
        found[word] = next(fitting, "")
    return found


def _places(body: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value with its dotted path, those further out first."""
    inner = []
    for name, value in body.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping):
            inner.append((path, value))
        elif "." not in name:
            yield path, value
    for path, value in inner:
        yield from _places(value, f"{path}.")


def _is_called(path: str, pattern: str) -> bool:
    """Whether the last part of a path is called so; `db.status` is called by the part before."""
    *outer, last = path.lower().split(".")
    if outer and re.fullmatch(r"status|state|ok|up|connected|healthy", last):
        last = outer[-1]
    return re.fullmatch(pattern, last) is not None


@dataclass(frozen=True)
class Form:
    """The form of a login page: where it is sent, its two fields, its tokens by their name."""

    action: str
    username: str
    password: str
    tokens: tuple[str, ...]


def login_form(answer: Answer) -> Form | None:
    """The form with a password in a page; None where there is none."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(answer.text, "html.parser")
    secret = page.select_one("form input[type=password]")
    form = secret.find_parent("form") if secret else None
    if secret is None or form is None:
        return None
    typed = [one for one in form.select("input") if one.get("type", "text") in {"text", "email"} and one.get("name")]
    tokens = [str(one["name"]) for one in form.select("input[type=hidden][name]") if one.get("value")]
    action = urlsplit(urljoin(answer.exchange.url, str(form.get("action") or "")))
    username = str(typed[0]["name"]) if typed else ""
    return Form(action.path, username, str(secret.get("name") or ""), tuple(tokens))


def scripts(answer: Answer) -> list[str]:
    """The paths of a page's scripts, of its own origin."""
    from bs4 import BeautifulSoup

    here = answer.exchange.url
    sources = [
        urljoin(here, str(one["src"])) for one in BeautifulSoup(answer.text, "html.parser").select("script[src]")
    ]
    return [urlsplit(source).path for source in sources if urlsplit(source).netloc == urlsplit(here).netloc]


def spoken_of(text: str, words: str) -> list[str]:
    """The paths in quotes in a page or script whose last part is one of the words."""
    paths = re.findall(r"""["'`](/[\w./-]+)["'`]""", text)
    return [path for path in dict.fromkeys(paths) if re.fullmatch(words, _last(path))]


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def session_cookie(answers: list[Answer]) -> tuple[str, str, str] | None:
    """Name of the cookie that looks like a session's, whose it is, and its preset; None where none does."""
    names = [cookie.name for answer in answers for cookie in answer.cookies]
    if "csrftoken" in names and "sessionid" not in names:
        names.append("sessionid")  # Django's, which comes with the login
    for pattern, whose, preset in COOKIES:
        for name in names:
            if re.fullmatch(pattern, name) and "csrf" not in name.lower():
                return name, whose, preset
    return None


def third_parties(answer: Answer) -> list[str]:
    """The origins that the page's policy lets it load from; those with a wildcard are none."""
    policy = answer.headers.get("content-security-policy", "")
    words = sorted({word for word in policy.split() if word.startswith("https://") and "*" not in word})
    return [f"https://{urlsplit(word.rstrip(';')).netloc}" for word in words]


def named_paths(document: Mapping[str, Any], method: str, words: str) -> list[str]:
    """The paths without parameters of an OpenAPI document whose last part is one of the words."""
    paths = document.get("paths")
    listed = paths.items() if isinstance(paths, Mapping) else ()
    return [
        path
        for path, operations in listed
        if isinstance(operations, Mapping) and method in operations and "{" not in path
        and re.fullmatch(words, _last(path))
    ]  # fmt: skip
