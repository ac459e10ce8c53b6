"use strict";

/**
 * A panel of the dashboard: shows its skeleton while it waits, its list, an empty state, or,
 * when its call failed, its own name, the reason and a Retry button. The page around it stands.
 *
 * desk.panel(section, source, {draw(rows) -> node, empty: {title, text}, relevant?(rows) -> rows})
 */
desk.panel = (section, source, { draw, empty, relevant = (rows) => rows }) => {
  const { element, unseen } = desk;
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

  function emptyState() {
    return element(
      "div",
      { class: "empty" },
      element("p", { class: "empty-title" }, empty.title),
      element("p", {}, empty.text),
    );
  }

  function retryButton() {
    const button = element("button", { class: "button quiet retry", type: "button" }, "Retry", unseen(` ${title}`));
    button.addEventListener("click", () => {
      retried = true;
      source.load();
    });
    return button;
  }

  function wayOut({ loggedOut }) {
    if (!loggedOut) return retryButton();
    return element("a", { class: "button quiet", href: "/login?next=/" }, "Log in again");
  }

  function failure(reason) {
    return element(
      "div",
      { class: "failed", role: "alert" },
      element("p", { class: "failed-title" }, `${title} could not be loaded`),
      element("p", {}, reason.text),
      reason.requestId && element("p", { class: "failed-reference" }, `Reference ${reason.requestId}`),
      wayOut(reason),
    );
  }

  source.watch({
    waits: () => put(skeleton.cloneNode(true), { busy: true }),
    fails: (reason) => put(failure(reason)),
    shows(rows) {
      const shown = relevant(rows);
      put(shown.length === 0 ? emptyState() : draw(shown));
      retried = false;
    },
  });
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
