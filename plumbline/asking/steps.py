"""A login or log-out that takes several requests: each step asks, and takes out of its answer what later ones send."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from plumbline.asking.exchange import NOT_LOGGED_IN, OK, SERVER_ERROR, dotted
from plumbline.asking.meaning import LOGOUT, REDIRECTS, meaning_of_logout
from plumbline.elsewhere.permission import PermissionRefused
from plumbline.judging.record import NotPossibleHere

if TYPE_CHECKING:
    from plumbline.asking.client import Client
    from plumbline.asking.exchange import Answer
    from plumbline.profile import Step, Take

Ask = Callable[..., "Answer"]
"""(method, path of the platform's, json=, data=, headers=) → answer."""

MOST_HOPS = 10
"""Redirects that are followed, as many as browsers would be patient with at a login."""


class StepFailed(AssertionError):
    """A step's answer has not what the profile takes out of it; the message names the step and what was looked for."""

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.answer = answer


def walk(
    steps: Sequence[Step], ask: Ask, values: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Answer:
    """Does the steps in order, each with `headers`, and gives the last answer.

    AssertionError where a step does not find what it takes.
    """
    known, answer = dict(values), None
    for number, step in enumerate(steps, 1):
        answer = _asked(step, ask, known, headers or {})
        if step.follow:
            answer = _followed(answer, ask, headers or {})
        for name, take in step.take.items():
            value = taken(take, answer)
            if value is None:
                raise StepFailed(f"step {number}: no {name} in {answer!r}: looked for {_told(take)}", answer)
            known[name] = value
    if answer is None:
        raise ValueError("a step at least")
    return answer


def log_in(client: Client, ask: Ask, values: Mapping[str, str]) -> Answer:
    """A login by the profile's steps; NotPossibleHere where whoever is logged in already is shown no form for it."""
    try:
        return walk(client.target.profile.login.steps, ask, values)
    except StepFailed:
        if client.has_session and client.me().meaning == OK:
            raise NotPossibleHere("needs a login form for whoever is logged in already") from None
        raise


def log_out(client: Client, values: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """Ends the session of whoever asks, by the profile's steps where it has some.

    Who is not logged in finds no form to log out with: what is answered in its place is an answer, no failure.
    """
    profile = client.target.profile
    try:
        if profile.logout.steps:
            answer = walk(profile.logout.steps, client.request, values, headers)
        else:
            answer = client.request(profile.logout.method, LOGOUT, headers=headers)
    except StepFailed as failed:
        if failed.answer.status < SERVER_ERROR and client.me(headers=headers).meaning != NOT_LOGGED_IN:
            raise
        return failed.answer
    return replace(answer, meaning=meaning_of_logout(answer.exchange, profile))


def taken(take: Take, answer: Answer) -> str | None:
    """The value that the answer holds at this place; None where it holds none."""
    if take.css:
        return _selected(answer.text, take.css, take.attribute)
    if take.pattern:
        found = re.search(take.pattern, answer.text)
        return found[1] if found and found.groups() else None
    if take.cookie:
        return next((cookie.value for cookie in reversed(answer.cookies) if cookie.name == take.cookie), None)
    if take.header:
        return answer.headers.get(take.header.lower())
    value = dotted(answer.json(), take.json)
    return None if value is None else str(value)


def _asked(step: Step, ask: Ask, values: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    def filled(texts: Mapping[str, str]) -> dict[str, str]:
        return {name: text.format_map(values) for name, text in texts.items()}

    method, path = step.call
    texts = {name: text for name, text in step.json.items() if isinstance(text, str)}
    json = {**step.json, **filled(texts)}
    return ask(method, path.format_map(values), json=json or None, data=filled(step.form) or None,
               headers={**filled(step.headers), **headers})  # fmt: skip


def _followed(answer: Answer, ask: Ask, headers: Mapping[str, str]) -> Answer:
    """Where the redirects end; each hop is a request like any other, and asks for permission as one."""
    for _ in range(MOST_HOPS):
        location = answer.headers.get("location")
        if answer.status not in REDIRECTS or not location:
            return answer
        try:
            answer = ask("GET", urljoin(answer.exchange.url, location), headers=headers)
        except PermissionRefused as refused:  # nothing was sent: what the platform had in mind is its defect
            raise StepFailed(f"{answer!r} leads on to where nobody is followed: {refused}", answer) from None
    raise StepFailed(f"{MOST_HOPS} redirects, and {urlsplit(answer.exchange.url).path} leads on", answer)


def _selected(html: str, css: str, attribute: str) -> str | None:
    from bs4 import BeautifulSoup

    element = BeautifulSoup(html, "html.parser").select_one(css)
    if element is None:
        return None
    value = element.get(attribute) if attribute else element.get_text(strip=True)
    return None if value is None else str(value)


def _told(take: Take) -> str:
    told = {name: value for name, value in vars(take).items() if value and (name != "attribute" or take.css)}
    return " ".join(f"{name} {value!r}" for name, value in told.items())
