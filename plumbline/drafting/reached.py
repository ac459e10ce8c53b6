"""Drafts the profile of a platform that runs, by what it answers to whoever asks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from plumbline.asking.meaning import REDIRECTS, SUCCESS
from plumbline.drafting import reading
from plumbline.drafting.asking import Asking, document, is_page, leads_to
from plumbline.drafting.draft import Draft, Section

if TYPE_CHECKING:
    from plumbline.asking.exchange import Answer

HEALTH = (
    "/api/system/health", "/api/health", "/health/ready", "/readyz", "/ready", "/health", "/healthz", "/api/healthz",
    "/status", "/api/status", "/up", "/ht/", "/_health", "/actuator/health",
)  # fmt: skip
LIVENESS = ("/livez", "/health/live", "/healthz", "/health", "/up", "/ping")
PAGES = ("/login", "/signin", "/sign-in", "/auth/login", "/accounts/login/", "/users/sign_in", "/admin/login/")
DOORS = (
    "/api/auth/login",
    "/api/login",
    "/api/signin",
    "/signin",
    "/auth/login",
    "/api/auth/sign-in/email",
    "/api/session",
)
WHO = (
    "/api/auth/me", "/api/me", "/api/user", "/api/users/me", "/me", "/whoami", "/api/whoami", "/api/account",
    "/api/auth/session", "/api/auth/get-session", "/accounts/profile/", "/account", "/profile",
)  # fmt: skip
OUT = (
    "/api/auth/logout",
    "/api/logout",
    "/logout",
    "/signout",
    "/auth/logout",
    "/accounts/logout/",
    "/api/auth/sign-out",
)
DOCUMENTS = (
    "/openapi.json", "/api/openapi.json", "/swagger.json", "/api/schema/?format=json", "/v3/api-docs",
    "/api-docs.json", "/api/docs-json",
)  # fmt: skip
ENTRY = r"log-?in|sign-?in|sessions?|token"
MYSELF = r"me|user|whoami|profile|account|session"
EXIT = r"log-?out|sign-?out"
NOT_ALLOWED = 405
FORBIDDEN = 403
MOST_SCRIPTS = 5
CLOSED = {401, FORBIDDEN}


def draft(origin: str, ca_file: str, folder: Path) -> Draft:
    """Asks the platform, for a profile in `folder`. Unreachable where it is not reached."""
    host = urlsplit(origin).hostname or ""
    asking = Asking(origin, ca_file, folder)
    try:
        return _Reader(asking, Draft(re.sub(r"[^\w.-]", "-", host), origin)).read(ca_file)
    finally:
        asking.close()


class _Reader:
    """One look at a platform, question by question."""

    def __init__(self, asking: Asking, draft: Draft) -> None:
        self._asking = asking
        self._draft = draft
        self._paths: dict[str, str] = {}
        self._public: list[str] = []
        self._guarded: list[str] = []
        self._own: dict[str, Any] = {}
        self._said = ""
        """What its login page and the scripts of that say."""

    def read(self, ca_file: str) -> Draft:
        """Asks everything."""
        draft, home = self._draft, self._asking.answer("/")
        self._own = self._document()
        health = self._health()
        page, login = self._login(home)
        statuses = self._who(page)
        self._out()
        remote: dict[str, Any] = {"origins": [self._asking.origin], "allow": "readonly"}
        remote |= {"ca_file": ca_file} if ca_file else {}
        if others := reading.third_parties(home) if home else []:
            draft.found.append(f"its pages may load from {', '.join(others)} (its Content-Security-Policy)")
            remote["third_parties"] = others
        draft.add("[remote]", remote, "Reached, never started. Nothing is written there unless this says so too.")
        self._accounts(login)
        draft.add("[paths]", self._paths, "Our path → the platform's.")
        draft.add("[statuses]", statuses)
        draft.add("[health]", health)
        self._routes()
        self._cookie()
        draft.propose("[unsupported]", {"RT": "nothing is live"}, "Row or area of what it does not have → the reason.")
        draft.left.append("what it does not have: [unsupported]")
        return draft

    def _document(self) -> dict[str, Any]:
        for path, answer in self._asking.there(DOCUMENTS):
            body = document(answer)
            if body and str(body.get("openapi", "")).startswith("3"):
                self._draft.found.append(f"its OpenAPI document at {path}")
                self._draft.left.append(
                    f'save {path} beside this file and add `contract = "openapi.json"`: answers are held to it then,'
                    " and all its GETs are asked"
                )
                return body
        return {}

    def _health(self) -> dict[str, Any]:
        told = [(path, answer, document(answer)) for path, answer in self._asking.there(HEALTH) if not is_page(answer)]
        told.sort(key=lambda one: (one[1].status not in SUCCESS, one[2] is None))
        alive = next((path for path, answer in self._asking.there(LIVENESS) if answer.status in SUCCESS), "")
        if not told or (told[0][1].status not in SUCCESS and told[0][2] is None):
            self._draft.left.append("health: none at the usual paths; name its path, or a page in its place")
            return {"path": "", "page": "/", "liveness": ""}
        path, answer, body = told[0]
        self._public.append(path)
        fields = reading.fields_of(body or {})
        self._draft.found.append(f"health at {path}: {answer.status}, {self._in_words(fields)}")
        words: dict[str, Any] = {"path": path, "liveness": "" if alive == path else alive, **fields}
        if fields["status"] and answer.status in SUCCESS:
            words["healthy"] = [_at(body, fields["status"])]
            self._draft.guessed.append(f"{words['healthy'][0]!r} is what it says when all is well")
        elif fields["status"]:
            self._draft.left.append(f"healthy: what its {fields['status']} says when all is well; it was not just now")
        return words

    def _in_words(self, fields: dict[str, str]) -> str:
        named = [f"{path} for its {word}" for word, path in fields.items() if path]
        return ", ".join(named) or "no field that is known; its status is believed"

    def _login(self, home: Answer | None) -> tuple[str, list[Section]]:
        """The login's page, and the tables that say how it is used."""
        sent = [leads_to(home)] if home and leads_to(home) else []
        pages = [path for path, answer in self._asking.there([*sent, *PAGES]) if is_page(answer)]
        forms = [(path, form) for path in pages if (form := reading.login_form(self._answered(path)))]
        self._said = "".join(self._with_scripts(path) for path in pages)
        doors = [*reading.named_paths(self._own, "post", ENTRY)]
        doors += [path for path in reading.spoken_of(self._said, ENTRY) if path not in pages]
        doors += [path for path, answer in self._asking.there(DOORS) if answer.status == NOT_ALLOWED]
        page = forms[0][0] if forms else next(iter(pages), "")
        if page:
            self._public.append(page)
            self._map("/login", page)
            self._draft.found.append(f"a login page at {page}")
        form = forms[0][1] if forms else None
        if form and form.password and (form.tokens or not doors):  # without a token its fields may be sent as JSON
            return page, self._by_form(page, form)
        if doors:
            self._map("/api/auth/login", doors[0])
            self._draft.guessed.append(f"{doors[0]} is a login that takes JSON: a document, a script or a 405 says so")
        else:
            self._draft.left.append("login: neither a form nor a JSON route was found; name it under [paths]")
        fields = {"username": "username", "password": "password", "body": "json"}
        return page, [
            Section("[login]", fields, "What a login calls its two fields, and how it wants them.", not doors)
        ]

    def _with_scripts(self, page: str) -> str:
        answers = [self._asking.answer(path) for path in reading.scripts(self._answered(page))[:MOST_SCRIPTS]]
        return self._answered(page).text + "".join(answer.text for answer in answers if answer)

    def _by_form(self, page: str, form: reading.Form) -> list[Section]:
        username = form.username or "username"
        if not form.tokens:
            self._map("/api/auth/login", form.action)
            self._draft.found.append(f"its form is sent to {form.action}, as {username} and {form.password}")
            return [Section("[login]", {"username": username, "password": form.password, "body": "form"})]
        self._draft.found.append(f"its form has a token ({', '.join(form.tokens)}), which each login takes out of it")
        takes = {f"token{number}": {"css": f"input[name='{name}']"} for number, name in enumerate(form.tokens, 1)}
        sent = {name: f"{{token{number}}}" for number, name in enumerate(form.tokens, 1)}
        sent |= {username: "{username}", form.password: "{password}"}
        step = {"post": form.action, "form": sent, "headers": {"Referer": f"{{origin}}{page}"}}
        return [Section("[[login.steps]]", {"get": page, "take": takes}), Section("[[login.steps]]", step)]

    def _who(self, page: str) -> dict[str, Any]:
        spoken = reading.spoken_of(self._said, MYSELF)
        candidates = dict.fromkeys([*reading.named_paths(self._own, "get", MYSELF), *spoken, *WHO])
        for path, answer in self._asking.there(candidates):
            if answer.status in CLOSED or (page and leads_to(answer) == page):
                self._guarded.append(path)
                self._map("/api/auth/me", path)
                said = f"a redirect to {page}" if answer.status in REDIRECTS else str(answer.status)
                self._draft.found.append(f"{path} wants a login: whoever has none gets {said}")
                self._draft.guessed.append(f"{path} says who is logged in")
                return _signs(answer.status)
        self._draft.left.append('who is logged in: name its path under [paths] as "/api/auth/me", and under [routes]')
        return {}

    def _out(self) -> None:
        known = reading.named_paths(self._own, "post", EXIT) + reading.spoken_of(self._said, EXIT)
        there = [path for path, answer in self._asking.there(OUT) if answer.status == NOT_ALLOWED or leads_to(answer)]
        if found := [*known, *there]:
            self._map("/api/auth/logout", found[0])
            self._draft.guessed.append(f"log-out at {found[0]}")
        else:
            self._draft.left.append('log-out: name its path under [paths] as "/api/auth/logout"')

    def _accounts(self, login: list[Section]) -> None:
        account = {"username": "somebody@example.org", "password_env": "STAGING_ADMIN_PASSWORD"}
        self._draft.propose("[accounts.admin]", account, "Somebody to log in as: fill in, take the # away, export the"
                            " password. Without accounts only what anybody may ask is checked.")  # fmt: skip
        self._draft.left += [
            "an account for the run, its password in a variable: [accounts.admin]",
            "what a wrong name or password gets, where that is no 401: login_refused in [statuses]",
            "how long the session's cookie lives, where that is not a week: life, in seconds, in [session]",
        ]
        self._draft.sections += login
        self._draft.propose("[me]", {"user": "user.username", "role": ""}, "Where the answer of who is logged in says"
                            ' the name: a dotted path, or in a page: text = "Logged in as {username}".')  # fmt: skip

    def _routes(self) -> None:
        comment = "Its own GET routes: add yours. With these, those of the reference platform are not asked."
        values = {"guarded": self._guarded, "public": self._public}
        if self._guarded:
            self._draft.add("[routes]", values, comment)
        else:
            self._draft.propose("[routes]", values, comment)

    def _cookie(self) -> None:
        found = reading.session_cookie(self._asking.everything)
        if found is None:
            self._draft.left.append("cookie: none was set before a login; name the session's")
            return
        name, whose, preset = found
        self._draft.top["cookie"] = name
        self._draft.guessed.append(f"the cookie {name} is the session's: {whose}")
        if preset:
            self._draft.propose("[session]", {"store": preset}, f"As with {whose}, unless it is kept elsewhere.")

    def _map(self, ours: str, theirs: str) -> None:
        if ours != theirs:
            self._paths.setdefault(ours, theirs)

    def _answered(self, path: str) -> Answer:
        answer = self._asking.answer(path)
        assert answer is not None  # noqa: S101 - it has answered before
        return answer


def _signs(status: int) -> dict[str, Any]:
    """[statuses], where whoever is not logged in gets this one."""
    signs: dict[str, Any] = {"not_logged_in": [status] if status in CLOSED else []}
    return {**signs, "forbidden": []} if status == FORBIDDEN else signs


def _at(body: dict[str, Any] | None, path: str) -> Any:  # noqa: ANN401 - JSON
    value: Any = body
    for part in path.split("."):
        value = value[part]
    return value
