"use strict";
// The overview: four lists, each asked for by itself, their panels and the totals above them.

(() => {
  const { element, unseen, format, bars, dues, deals } = desk;

  const sectionOf = (key) => document.getElementById(key);
  const sourceOf = (key) => desk.source(sectionOf(key).dataset.source);
  const lists = {
    deals: sourceOf("deals"),
    funds: sourceOf("funds"),
    closings: sourceOf("closings"),
    calls: sourceOf("calls"),
  };

  // Totals

  /** A total at the top: `read(rows)` gives its value and a note; a failed list leaves it honestly unknown. */
  function total(key, source, read) {
    const place = document.querySelector(`[data-total="${key}"]`);
    const value = place.querySelector(".total-value");
    const note = place.querySelector(".total-note");
    source.watch({
      waits() {
        value.replaceChildren(element("span", { class: "placeholder" }), unseen("Loading…"));
        note.textContent = "";
      },
      shows(rows) {
        const read_ = read(rows);
        value.replaceChildren(read_.value);
        note.textContent = read_.note;
      },
      fails() {
        value.replaceChildren("–");
        note.textContent = "Not known right now";
      },
    });
  }

  function countOfDeals(rows) {
    const open = rows.filter(deals.isOpen).length;
    return { value: String(rows.length), note: rows.length === 0 ? "None yet" : `${open} open, ${rows.length - open} closed` };
  }

  function pipelineValue(rows) {
    const open = rows.filter(deals.isOpen);
    if (open.length === 0) return { value: "–", note: "No open deals" };
    return { value: format.sums(open, (deal) => deal.amount), note: `Across ${format.count(open.length, "open deal", "open deals")}` };
  }

  function calledCapital(rows) {
    if (rows.length === 0) return { value: "–", note: "No funds yet" };
    const committed = format.sums(rows, (fund) => fund.called + fund.uncalled);
    return { value: format.sums(rows, (fund) => fund.called), note: `Of ${committed} committed` };
  }

  function nextClosing(rows) {
    const open = dues.open(rows);
    if (open.length === 0) return { value: "–", note: "No closing is planned" };
    const dated = open.filter((due) => due.dueDate !== null);
    const next = dated.find((due) => format.daysUntil(due.dueDate) >= 0) ?? dated.at(-1);
    if (!next) return { value: "No date yet", note: open[0].dealName };
    return { value: format.shortDate(next.dueDate), note: `${next.dealName}, ${format.untilDate(next.dueDate)}` };
  }

  // Funds

  function fundFigure(className, label, amount, share) {
    return element(
      "li",
      {},
      element("span", { class: `dot ${className}`, "aria-hidden": "true" }),
      `${label} `,
      element("strong", {}, amount),
      " ",
      element("span", { class: "soft" }, format.percent(share)),
    );
  }

  function fund({ name, size, vintage, called, uncalled, currency }) {
    const committed = called + uncalled;
    const share = committed ? called / committed : 0;
    return element(
      "li",
      { class: "fund" },
      element("h3", { class: "fund-name" }, name),
      element("p", { class: "soft" }, `${format.money(size, currency)} fund, vintage ${vintage}`),
      bars.stacked([{ share, className: "accent" }], "tall"),
      element(
        "ul",
        { class: "legend wide" },
        fundFigure("accent", "Called", format.money(called, currency), share),
        fundFigure("rest", "Uncalled", format.money(uncalled, currency), committed ? 1 - share : 0),
      ),
    );
  }

  // Currencies: a closing is paid in its deal's, a call in its fund's. Their amounts are shown bare until known.

  const currencies = new Map();

  function learnCurrencies(source, dependent) {
    const nothing = () => {};
    source.watch({
      waits: nothing,
      fails: nothing,
      shows(rows) {
        rows.forEach(({ id, currency }) => currencies.set(`${source.path} ${id}`, currency));
        dependent.again();
      },
    });
  }

  const currencyOf = (source, id) => currencies.get(`${source.path} ${id}`);

  // Put together

  document.getElementById("today").textContent = format.today();

  total("deals", lists.deals, countOfDeals);
  total("pipeline", lists.deals, pipelineValue);
  total("called", lists.funds, calledCapital);
  total("closing", lists.closings, nextClosing);

  desk.panel(sectionOf("deals"), lists.deals, {
    draw: deals.draw,
    empty: { title: "No deals yet", text: "Deals appear here as soon as the first one is in the pipeline." },
  });
  desk.panel(sectionOf("funds"), lists.funds, {
    draw: (rows) => element("ul", { class: "funds" }, ...rows.map(fund)),
    empty: { title: "No funds yet", text: "A fund appears here with what it has called and what is left to call." },
  });
  desk.panel(sectionOf("closings"), lists.closings, {
    relevant: dues.open,
    draw: dues.drawer({
      belongsTo: (due) => due.dealName,
      currency: (due) => currencyOf(lists.deals, due.dealId),
      noun: "closings",
    }),
    empty: { title: "No closing is planned", text: "Closings appear here, with or without a date." },
  });
  desk.panel(sectionOf("calls"), lists.calls, {
    relevant: dues.open,
    draw: dues.drawer({
      belongsTo: (due) => due.fundName,
      currency: (due) => currencyOf(lists.funds, due.fundId),
      noun: "capital calls",
    }),
    empty: { title: "No capital call is open", text: "Calls appear here once they have been drawn up." },
  });

  learnCurrencies(lists.deals, lists.closings);
  learnCurrencies(lists.funds, lists.calls);
  Object.values(lists).forEach((list) => list.load());
})();
