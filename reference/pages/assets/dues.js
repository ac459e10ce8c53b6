"use strict";
// Lists of what falls due: closings and capital calls. A date that is not known yet is said to be so.

desk.dues = (() => {
  const { element, format } = desk;
  const OVER = new Set(["done", "paid"]);
  const SHOWN = 6;

  function isOpen({ status }) {
    return !OVER.has(status);
  }

  /** By date; those without one last. Dates as YYYY-MM-DD sort as text. */
  function order(dues) {
    const key = ({ dueDate }) => dueDate ?? "9999-99-99";
    return dues.toSorted((one, other) => key(one).localeCompare(key(other)));
  }

  function open(dues) {
    return order(dues.filter(isOpen));
  }

  function when({ dueDate }) {
    if (dueDate === null) return element("span", { class: "due-date undated" }, "No date yet");
    const late = format.daysUntil(dueDate) < 0;
    return element(
      "span",
      { class: "due-date" },
      element("time", { datetime: dueDate }, format.date(dueDate)),
      element("span", { class: late ? "due-left late" : "due-left" }, format.untilDate(dueDate)),
    );
  }

  function item(due, belongsTo, amount) {
    return element(
      "li",
      { class: "due" },
      element(
        "div",
        { class: "due-what" },
        element("p", { class: "due-title" }, due.title),
        element("p", { class: "soft" }, belongsTo),
        element("p", { class: "due-facts" }, amount, element("span", { class: "badge" }, format.words(due.status))),
      ),
      when(due),
    );
  }

  /** Draws a list; `belongsTo` and `currency` say of a due what it is part of and what it is paid in. */
  function drawer({ belongsTo, currency, noun }) {
    return (dues) => {
      const items = dues.map((due) =>
        item(due, belongsTo(due), element("span", {}, format.money(due.amount, currency(due)))),
      );
      return desk.shortened(element("ul", { class: "dues" }), items, SHOWN, noun);
    };
  }

  return { open, drawer };
})();
