"use strict";
// One day of the calendar and what falls due on it.

desk.day = (() => {
  const { element, unseen, format } = desk;
  const SHOWN = 3; // events before "more"
  const KINDS = { closing: "Closing", "capital-call": "Capital call" };
  const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const OVER = new Set(["done", "paid"]);

  function event({ kind, title, amount, currency, status, dealName, fundName }) {
    return element(
      "li",
      { class: `event ${kind}` },
      element("p", { class: "event-title" }, title),
      element("p", { class: "event-owner" }, dealName ?? fundName),
      element(
        "p",
        { class: "event-facts" },
        element("span", { class: "event-amount" }, format.money(amount, currency)),
        " ",
        element("span", {}, KINDS[kind]),
        " ",
        element("span", { class: OVER.has(status) ? "badge over" : "badge" }, format.words(status)),
      ),
    );
  }

  /** The number alone is drawn in the grid; on a phone, where the grid becomes a list, weekday and month as well. */
  function label(date, number) {
    const weekday = WEEKDAYS[new Date(date).getUTCDay()];
    const [, month] = format.shortDate(date).split(" ");
    return element(
      "time",
      { class: "day-label", datetime: date },
      element("span", { class: "day-word" }, `${weekday} `),
      element("span", { class: "day-number" }, String(number)),
      element("span", { class: "day-word" }, ` ${month}`),
    );
  }

  function outside(number) {
    return element("td", { class: "day outside", role: "cell" }, element("span", { class: "day-label", "aria-hidden": "true" }, String(number)));
  }

  /** A cell of the grid. */
  return ({ date, number, inside }, events) => {
    if (!inside) return outside(number);
    const today = format.daysUntil(date) === 0;
    const list = element("ul", { class: "events" });
    const drawn = desk.shortened(list, events.map(event), SHOWN, "events");
    return element(
      "td",
      { class: events.length > 0 ? "day due" : "day", role: "cell", "data-date": date, "aria-current": today && "date" },
      label(date, number),
      today && unseen(" Today"),
      events.length > 0 && drawn,
    );
  };
})();
