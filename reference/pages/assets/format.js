"use strict";
// Money, shares and dates as a person reads them.

desk.format = (() => {
  const DAY = 24 * 60 * 60 * 1000;

  // A date without a time is written in UTC from the numbers it is made of and read in UTC again:
  // so no zone of a viewer can move it to the day before.
  const DATE = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const DAY_AND_MONTH = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  const WEEKDAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "full" });
  const MOMENT = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

  const COMPACT = { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 2 };

  function currencyFormat(currency) {
    if (!currency) return new Intl.NumberFormat("en", COMPACT);
    return new Intl.NumberFormat("en", { style: "currency", currency, ...COMPACT });
  }

  /** An amount such as €12.25M; without a currency the bare number. */
  function money(amount, currency) {
    return currencyFormat(currency).format(amount);
  }

  /** Sums by currency, since money of two currencies cannot be added: "$12.5M + €3M". */
  function sums(rows, amountOf) {
    const totals = new Map();
    for (const row of rows) totals.set(row.currency, (totals.get(row.currency) ?? 0) + amountOf(row));
    return [...totals].map(([currency, amount]) => money(amount, currency)).join(" + ");
  }

  /** A share between 0 and 1 as whole per cent; what is there but tiny is not called 0. */
  function percent(share) {
    const whole = Math.round(share * 100);
    return whole === 0 && share > 0 ? "<1%" : `${whole}%`;
  }

  /** "YYYY-MM-DD" as milliseconds of that day's start in UTC. */
  function dayNumber(date) {
    const [year, month, day] = date.split("-").map(Number);
    return Date.UTC(year, month - 1, day);
  }

  function date(text) {
    return DATE.format(dayNumber(text));
  }

  function shortDate(text) {
    return DAY_AND_MONTH.format(dayNumber(text));
  }

  /** Whole days from the viewer's today until a date; negative when it has passed. */
  function daysUntil(text) {
    const now = new Date();
    const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
    return Math.round((dayNumber(text) - today) / DAY);
  }

  /** "today", "tomorrow", "in 12 days", "3 days overdue". */
  function untilDate(text) {
    const days = daysUntil(text);
    if (days === 0) return "today";
    if (days === 1) return "tomorrow";
    if (days > 1) return `in ${days} days`;
    return days === -1 ? "1 day overdue" : `${-days} days overdue`;
  }

  /** A moment (with time and zone) as the day it was for the viewer. */
  function moment(text) {
    return MOMENT.format(new Date(text));
  }

  function today() {
    return WEEKDAY.format(new Date());
  }

  function count(number, one, many) {
    return `${number} ${number === 1 ? one : many}`;
  }

  /** "in_progress" as "In progress". */
  function words(code) {
    const text = code.replaceAll(/[_-]+/g, " ");
    return text.charAt(0).toUpperCase() + text.slice(1);
  }

  return { money, sums, percent, date, shortDate, daysUntil, untilDate, moment, today, count, words };
})();
