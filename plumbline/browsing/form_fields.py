"""Where a login form is on a page: by the labels and the button that its description names, else by how forms look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbline.browsing.visit import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Locator
    from playwright.sync_api import Page as Tab

PASSWORD = "input[type=password]"  # noqa: S105 - a selector
NAME = "xpath=preceding::input[not(@type) or @type='text' or @type='email' or @type='tel']"
FORM = "xpath=ancestor::form[1]"
NEXT = "xpath=self::*[not(ancestor::form)]/following::button"
BUTTON = "button:not([type]), [type=submit], [type=image]"

SAID = r"""() => {
  const said = [];
  const hears = root => {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (node.shadowRoot) hears(node.shadowRoot);
      const holder = node.parentElement ?? node.parentNode.host;
      if (node.nodeType === Node.TEXT_NODE && /\p{L}{2}/u.test(node.data) && !holder.closest("button, [role=button]")
        && holder.checkVisibility({opacityProperty: true, visibilityProperty: true})) said.push(node.data.trim());
      if (node.validity?.customError) said.push(node.validationMessage);
    }
  };
  hears(document.body);
  return said;
}"""
"""Every text that is to be seen on the page, those of its buttons left out, and what a field is told to complain of."""


@dataclass(frozen=True)
class Words:
    """What a page's description says of its form: the labels of name and password, the name of the button."""

    name: str = ""
    password: str = ""
    send: str = ""


class FormFields:
    """The fields of a login form, looked for anew each time: a page may draw them again. In the browser's thread."""

    def __init__(self, tab: Tab, words: Words) -> None:
        self._tab, self._words = tab, words

    @property
    def password(self) -> Locator:
        """The one for the password, seen or not."""
        return self._labelled(self._words.password) or _seen(self._tab.locator(PASSWORD)).first

    @property
    def name(self) -> Locator:
        """The one for the name: the nearest that is seen before the password."""
        return self._labelled(self._words.name) or _seen(self.password.locator(NAME)).last

    def fill(self, field: Locator, text: str) -> None:
        """Types a text."""
        with _in_words("its field takes no text"):
            field.fill(text, timeout=PATIENCE)

    def press(self, after: Locator) -> None:
        """Sends the form that this field is in, by its button, or as Enter does where it has none."""
        named = self._tab.get_by_role("button", name=self._words.send, exact=True) if self._words.send else None
        with _in_words("its button cannot be pressed"):
            for button in filter(None, (named, after.locator(FORM).locator(BUTTON), after.locator(NEXT))):
                if _seen(button).count():
                    return _seen(button).first.click(timeout=PATIENCE)
            return after.press("Enter", timeout=PATIENCE)

    def _labelled(self, label: str) -> Locator | None:
        found = _seen(self._tab.get_by_label(label, exact=True)) if label else None
        return found.first if found and found.count() else None

    def said(self) -> list[str]:
        """What is to be read on the page now."""
        texts: list[str] = self._tab.evaluate(SAID)
        return texts


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    """A form that cannot be filled in or sent is the platform's failure; what was typed is not told."""
    from playwright.sync_api import Error

    try:
        yield
    except Error as error:
        raise AssertionError(f"the login form cannot be used, {what}: {error.message.partition(chr(10))[0]}") from None


def _seen(found: Locator) -> Locator:
    return found.filter(visible=True)
