"use strict";
// Months as whole numbers (twelve a year), days as "YYYY-MM-DD". Both are made and read in UTC alone:
// a date has no time, and so no zone of a viewer can move it.

desk.month = (() => {
  const NAME = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
  const WRITTEN = /^([1-9]\d{3})-(0[1-9]|1[0-2])$/;
  const WEEK = 7;

  const start = (month, day = 1) => new Date(Date.UTC(Math.floor(month / 12), month % 12, day));

  /** The month that "2026-11" says, or null. */
  function read(text) {
    const [, year, number] = WRITTEN.exec(text ?? "") ?? [];
    return year ? Number(year) * 12 + Number(number) - 1 : null;
  }

  /** The viewer's own month. */
  function current() {
    const now = new Date();
    return now.getFullYear() * 12 + now.getMonth();
  }

  /** "2026-11-12"; day 0 is the last of the month before. */
  function day(month, number) {
    return start(month, number).toISOString().slice(0, 10);
  }

  function written(month) {
    return day(month, 1).slice(0, 7);
  }

  function name(month) {
    return NAME.format(start(month));
  }

  function lastDay(month) {
    return day(month + 1, 0);
  }

  /** Whole weeks from Monday to Sunday: days as {date, number, inside}; outside are those of the neighbours. */
  function weeks(month) {
    const before = (start(month).getUTCDay() + 6) % WEEK; // Sunday is 0 to JavaScript
    const length = start(month + 1, 0).getUTCDate();
    const rows = Math.ceil((before + length) / WEEK);
    const dayAt = (place) => {
      const date = day(month, place - before + 1);
      return { date, number: Number(date.slice(8)), inside: date.startsWith(written(month)) };
    };
    return Array.from({ length: rows }, (_, row) => Array.from({ length: WEEK }, (_, column) => dayAt(row * WEEK + column)));
  }

  return { read, current, day, written, name, lastDay, weeks };
})();
