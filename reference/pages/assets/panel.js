"use strict";

/**
 * A panel of the dashboard: shows its skeleton while it waits, its list, an empty state, or,
 * when its call failed, its own name, the reason and a Retry button. The page around it stands.
 *
 * desk.panel(section, source, {draw(rows) -> node, empty: {title, text}, relevant?(rows) -> rows})
 */
desk.panel = (section, source, { draw, empty, relevant = (rows) => rows }) => {
  const body = section.querySelector(".panel-body");
  const title = section.querySelector("h2").textContent;
  const skeleton = body.firstElementChild.cloneNode(true);
  let retried = false;

  function put(node, { busy = false } = {}) {
    body.replaceChildren(node);
    section.setAttribute("aria-busy", String(busy));
    // the pressed Retry button is gone: keep the keyboard here instead of at the top of the page
    if (retried && !busy) (body.querySelector(".retry") ?? body).focus();
  }

  function again() {
    retried = true;
    source.load();
  }

  source.watch({
    waits: () => put(skeleton.cloneNode(true), { busy: true }),
    fails: (reason) => put(desk.failure(title, reason, again)),
    shows(rows) {
      const shown = relevant(rows);
      put(shown.length === 0 ? desk.emptyState(empty) : draw(shown));
      retried = false;
    },
  });
};

/** What stands in place of a list that has nothing in it. */
desk.emptyState = ({ title, text }) => {
  const { element } = desk;
  return element("div", { class: "empty" }, element("p", { class: "empty-title" }, title), element("p", {}, text));
};

/** Says that `title` could not be loaded and why, with a way out: Retry, or the login where the session has ended. */
desk.failure = (title, { text, requestId, loggedOut }, retry) => {
  const { element, unseen } = desk;
  const here = encodeURIComponent(window.location.pathname + window.location.search);
  const again = element("button", { class: "button quiet retry", type: "button" }, "Retry", unseen(` ${title}`));
  again.addEventListener("click", retry);
  return element(
    "div",
    { class: "failed", role: "alert" },
    element("p", { class: "failed-title" }, `${title} could not be loaded`),
    element("p", {}, text),
    requestId && element("p", { class: "failed-reference" }, `Reference ${requestId}`),
    loggedOut ? element("a", { class: "button quiet", href: `/login?next=${here}` }, "Log in again") : again,
  );
};

/** Shows the first `limit` of the items of a list; a button below shows the others. */
desk.shortened = (list, items, limit, noun) => {
  const { element } = desk;
  list.append(...items);
  const later = items.slice(limit);
  if (later.length === 0) return list;
  later.forEach((item) => (item.hidden = true));
  const button = element("button", { class: "more", type: "button" }, `Show all ${items.length} ${noun}`);
  button.addEventListener("click", () => {
    later.forEach((item) => (item.hidden = false));
    later[0].setAttribute("tabindex", "-1");
    later[0].focus();
    button.remove();
  });
  return element("div", {}, list.closest("table") ?? list, button);
};
