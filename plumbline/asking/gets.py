"""Every GET that a target has: of the contract, of its own document, or as its profile lists them; and its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.asking.exchange import NOT_LOGGED_IN, UNAVAILABLE
from plumbline.browsing.pages import ANONYMOUS
from plumbline.judging.record import NotPossibleHere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plumbline.asking.client import Client
    from plumbline.asking.contract import Contract, Operation
    from plumbline.asking.exchange import Answer
    from plumbline.browsing.pages import Page
    from plumbline.profile import Profile, Routes


@dataclass(frozen=True)
class Get:
    """One of them: `path` has example values for its parameters.

    `roles` may ask for it; without any, whoever is logged in may. `plain` has no parameter, so that nothing about it
    can be "not found". The answer of a `stream` does not end.
    """

    path: str
    public: bool = False
    plain: bool = True
    stream: bool = False
    roles: frozenset[str] = frozenset()


class Gets:
    """All of them, as paths to ask for."""

    def __init__(self, each: list[Get], pages: list[Page]) -> None:
        self._each = each
        self._pages = pages

    @property
    def all(self) -> list[str]:
        """Those whose answer ends."""
        return [get.path for get in self._each if not get.stream] + [page.path for page in self._pages]

    @property
    def streams(self) -> list[str]:
        """Those whose answer does not end."""
        return [get.path for get in self._each if get.stream]

    @property
    def guarded(self) -> list[str]:
        """Those that need a login."""
        pages = [page.path for page in self._pages if page.role != ANONYMOUS]
        return [get.path for get in self._each if not get.public] + pages

    def opened_by(self, ask: Callable[[str], Answer], anonymous: Client) -> list[Answer]:
        """The answers of those that somebody gets who is not logged in any more.

        What is open to the anonymous as well lacks its guard: that is another row's (CRT-3), and left out. Who was too
        busy to look a session up, and said so, is asked once more.
        """
        answers = {get: ask(get) for get in self.guarded}
        answers |= {get: ask(get) for get, answer in answers.items() if answer.meaning == UNAVAILABLE}
        opened = {get: answer for get, answer in answers.items() if answer.meaning != NOT_LOGGED_IN}
        return [answer for get, answer in opened.items() if anonymous.get(get).meaning == NOT_LOGGED_IN]

    @property
    def plain(self) -> frozenset[str]:
        """Those without a parameter."""
        plain = [get.path.partition("?")[0] for get in self._each if get.plain]
        return frozenset(plain + [page.path for page in self._pages])

    def closed_to(self, role: str) -> list[str]:
        """Those that are closed to somebody of this role, who is logged in; pages too."""
        closed = [get.path for get in self._each if get.roles and role not in get.roles]
        return closed + [page.path for page in self._pages if page.closed_to(role)]

    def kept_from(self, roles: Iterable[str]) -> dict[str, list[str]]:
        """The same by role, of those to whom anything is closed; NotPossibleHere where nothing is closed to anybody."""
        closed = {role: paths for role in roles if (paths := self.closed_to(role))}
        if not closed:
            raise NotPossibleHere("needs a route that is not for every role: name its accounts in [routes.roles]")
        return closed

    def open_to(self, role: str) -> list[str]:
        """All the others, public ones too."""
        closed = set(self.closed_to(role))
        return [path for path in self.all if path not in closed]


def of(profile: Profile, contract: Contract, pages: list[Page]) -> Gets:
    """The GETs of a target; what its profile lists goes before any document."""
    each = _listed(profile.routes) if profile.routes.guarded else _documented(contract, profile)
    left_out = {*profile.absent, *profile.never}
    paths = {page.path for page in pages}
    return Gets([get for get in each if get.path not in left_out | paths], pages)


def _listed(routes: Routes) -> Iterator[Get]:
    for path in routes.guarded:
        yield Get(path, roles=frozenset(routes.roles.get(path, ())))
    for path in routes.public:
        yield Get(path, public=True)


def _documented(contract: Contract, profile: Profile) -> Iterator[Get]:
    left_out = {*profile.absent, *profile.never}
    for operation in contract.operations("GET"):
        if operation.path not in left_out and "{" not in operation.example:
            yield _of(operation, profile.routes)


def _of(operation: Operation, routes: Routes) -> Get:
    public = operation.public or operation.path in routes.public
    roles = operation.roles or frozenset(routes.roles.get(operation.path, ()))
    return Get(operation.example, public, "{" not in operation.path, operation.stream, roles)
