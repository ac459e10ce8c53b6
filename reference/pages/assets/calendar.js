"use strict";
// The calendar: one month at a time, which the address names, so that reload and the back button keep to it.

(() => {
  const { element, format, month: months, day } = desk;

  const place = (id) => document.getElementById(id);
  const section = place("month");
  const message = place("month-message");
  const summary = place("month-summary");
  const table = section.querySelector("table");
  const site = document.title;
  let shown = null; // the month
  let visit = 0; // counts what was asked for, so that an answer for a month already left is dropped

  function pathOf(month) {
    const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return `${section.dataset.source}?${new URLSearchParams({ from: months.day(month, 1), to: months.lastDay(month), tz })}`;
  }

  function draw(events) {
    const on = Map.groupBy(events, ({ date }) => date);
    const rows = months
      .weeks(shown)
      .map((week) => element("tr", { role: "row" }, ...week.map((each) => day(each, on.get(each.date) ?? []))));
    place("weeks").replaceChildren(...rows);
  }

  function say(node, { busy = false } = {}) {
    const asked = message.contains(document.activeElement);
    message.replaceChildren(...(node ? [node] : []));
    section.setAttribute("aria-busy", String(busy));
    if (asked) (message.querySelector(".retry") ?? message).focus(); // the pressed Retry button is gone
  }

  function summed(events) {
    const closings = events.filter(({ kind }) => kind === "closing").length;
    const counts = [
      closings > 0 && format.count(closings, "closing", "closings"),
      events.length > closings && format.count(events.length - closings, "capital call", "capital calls"),
    ];
    return counts.filter(Boolean).join(", ");
  }

  const empty = () =>
    desk.emptyState({
      title: `Nothing falls due in ${months.name(shown)}`,
      text: "Closings and capital calls appear on their days as soon as they have one.",
    });

  function watcher(source, current) {
    return {
      waits() {
        table.hidden = false;
        summary.textContent = "Loading…";
        draw([]);
        say(null, { busy: true });
      },
      shows(events) {
        if (!current()) return;
        summary.textContent = summed(events);
        draw(events);
        say(events.length === 0 && empty());
      },
      fails(reason) {
        if (!current()) return;
        table.hidden = true; // empty days would say that nothing is due
        summary.textContent = "";
        say(desk.failure(months.name(shown), reason, source.load));
      },
    };
  }

  function show(month) {
    const own = ++visit;
    shown = month;
    place("month-title").textContent = months.name(month);
    document.title = `${months.name(month)} · ${site}`;
    const source = desk.source(pathOf(month));
    source.watch(watcher(source, () => visit === own));
    source.load();
  }

  function showAddressed() {
    const asked = new URLSearchParams(window.location.search).get("month");
    show(months.read(asked) ?? months.current());
  }

  function go(month) {
    if (month === shown) return;
    window.history.pushState(null, "", `?month=${months.written(month)}`);
    show(month);
  }

  place("previous").addEventListener("click", () => go(shown - 1));
  place("next").addEventListener("click", () => go(shown + 1));
  place("today").addEventListener("click", () => {
    go(months.current());
    table.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  });
  window.addEventListener("popstate", showAddressed);
  showAddressed();
})();
