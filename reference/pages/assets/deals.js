"use strict";
// The deals panel: value by stage, exposure by sector, and the deals themselves.

desk.deals = (() => {
  const { element, format, bars } = desk;
  const STAGES = ["sourcing", "diligence", "negotiation", "closing", "closed"];
  const SHOWN = 8;

  function isOpen(deal) {
    return deal.stage !== "closed";
  }

  /** Nearest to closing first, then the larger; what is closed comes last. */
  function order(deals) {
    const place = (deal) => (isOpen(deal) ? STAGES.length - STAGES.indexOf(deal.stage) : STAGES.length + 2);
    return deals.toSorted((one, other) => place(one) - place(other) || other.amount - one.amount);
  }

  /** [name, amount] of each sector, the largest first: a deal's amount counts by the sector's share. */
  function exposure(deals) {
    const amounts = new Map();
    for (const { amount, sectors } of deals) {
      for (const { name, share } of sectors) amounts.set(name, (amounts.get(name) ?? 0) + amount * share);
    }
    return [...amounts].toSorted((one, other) => other[1] - one[1]);
  }

  /** Amounts of several currencies cannot share one scale: then only shares are shown. */
  function inMoney(deals) {
    const currencies = new Set(deals.map((deal) => deal.currency));
    const [currency] = currencies;
    return currencies.size === 1 ? (amount) => format.money(amount, currency) : () => "";
  }

  function chart(title, amounts, shown, classOf, emptyText) {
    const total = amounts.reduce((sum, [, amount]) => sum + amount, 0);
    const largest = Math.max(...amounts.map(([, amount]) => amount), 0);
    const lines = amounts.map(([label, amount]) =>
      bars.ranked({
        label,
        value: shown(amount),
        share: total ? amount / total : 0,
        length: largest ? amount / largest : 0,
        className: classOf(label),
      }),
    );
    const list = lines.length > 0 ? element("ul", {}, ...lines) : element("p", { class: "soft" }, emptyText);
    return element("div", { class: "chart" }, element("h3", {}, title), list);
  }

  function byStage(deals) {
    const amounts = STAGES.map((stage) => {
      const there = deals.filter((deal) => deal.stage === stage);
      return [format.words(stage), there.reduce((sum, deal) => sum + deal.amount, 0)];
    });
    return chart("Value by stage", amounts, inMoney(deals), () => "accent", "No deals yet");
  }

  function bySector(deals, colourOf) {
    return chart("Exposure by sector", exposure(deals), inMoney(deals), colourOf, "No sector data yet");
  }

  function sectorCell({ sectors }, colourOf) {
    if (sectors.length === 0) return element("span", { class: "soft" }, "No sectors yet");
    const parts = sectors.map(({ name, share }) => ({ share, className: colourOf(name) }));
    const legend = sectors.map(({ name, share }) =>
      element(
        "li",
        {},
        element("span", { class: `dot ${colourOf(name)}`, "aria-hidden": "true" }),
        `${name} `,
        element("span", { class: "soft" }, format.percent(share)),
      ),
    );
    return element("div", {}, bars.stacked(parts), element("ul", { class: "legend" }, ...legend));
  }

  // The roles say once more what the elements are: laid out as cards on a phone, they would lose it.
  function cell(className, ...children) {
    return element("td", { role: "cell", class: className }, ...children);
  }

  function row(deal, colourOf) {
    const updated = element("time", { datetime: deal.updatedAt }, format.moment(deal.updatedAt));
    return element(
      "tr",
      { role: "row" },
      element(
        "th",
        { role: "rowheader", scope: "row", class: "deal" },
        element("span", { class: "deal-name" }, deal.name),
        element("span", { class: "soft" }, "Updated ", updated),
      ),
      cell("deal-stage", bars.steps(STAGES, deal.stage)),
      cell("deal-sectors", sectorCell(deal, colourOf)),
      cell("deal-amount", format.money(deal.amount, deal.currency)),
    );
  }

  function table(deals, colourOf) {
    const titles = ["Deal", "Stage", "Sectors", "Amount"].map((title) =>
      element("th", { role: "columnheader", scope: "col" }, title),
    );
    const head = element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...titles));
    const lines = element("tbody", { role: "rowgroup" });
    const whole = element("table", { role: "table", class: "deals", "aria-label": "All deals" }, head, lines);
    const drawn = desk.shortened(lines, order(deals).map((deal) => row(deal, colourOf)), SHOWN, "deals");
    return drawn === lines ? whole : drawn;
  }

  function draw(deals) {
    const colourOf = bars.colours(exposure(deals).map(([name]) => name));
    const charts = element("div", { class: "charts" }, byStage(deals), bySector(deals, colourOf));
    return element("div", {}, charts, table(deals, colourOf));
  }

  return { draw, isOpen };
})();
