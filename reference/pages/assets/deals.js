"use strict";
// The deals panel: value by stage, exposure by sector, and the deals themselves.

desk.deals = (() => {
  const { element, format, bars } = desk;
  const STAGES = ["sourcing", "diligence", "negotiation", "closing", "closed"];
  const SHOWN = 8; // deals before "Show all"
  const SECTORS = 6; // lines of the sector chart

  function isOpen(deal) {
    return deal.stage !== "closed";
  }

  /** Nearest to closing first, then the larger; what is closed comes last. */
  function order(deals) {
    const place = (deal) => (isOpen(deal) ? STAGES.length - STAGES.indexOf(deal.stage) : STAGES.length + 2);
    return deals.toSorted((one, other) => place(one) - place(other) || other.amount - one.amount);
  }

  /**
   * What a deal weighs in the charts. Amounts of several currencies have no common scale, and made-up
   * rates would mislead: then each deal weighs the same, and the charts say that they count deals.
   */
  function scale(deals) {
    const [currency, ...others] = new Set(deals.map((deal) => deal.currency));
    if (others.length > 0) return { weigh: () => 1, shown: () => "", titles: ["Deals by stage", "Deals by sector"] };
    return {
      weigh: (deal) => deal.amount,
      shown: (amount) => format.money(amount, currency),
      titles: ["Value by stage", "Exposure by sector"],
    };
  }

  /** [name, weight] of each sector, the largest first: a deal counts by the sector's share of it. */
  function exposure(deals, weigh) {
    const weights = new Map();
    for (const deal of deals) {
      for (const { name, share } of deal.sectors) weights.set(name, (weights.get(name) ?? 0) + weigh(deal) * share);
    }
    return [...weights].toSorted((one, other) => other[1] - one[1]);
  }

  /** The largest as they are, the others as one line. */
  function largest(weights) {
    if (weights.length <= SECTORS) return weights;
    const others = weights.slice(SECTORS - 1);
    const together = others.reduce((sum, [, weight]) => sum + weight, 0);
    return [...weights.slice(0, SECTORS - 1), [`${others.length} other sectors`, together]];
  }

  function chart(title, weights, shown, colourOf, emptyText) {
    const whole = weights.reduce((sum, [, weight]) => sum + weight, 0);
    const longest = Math.max(...weights.map(([, weight]) => weight), 0);
    const lines = weights.map(([label, weight]) =>
      bars.ranked({
        label,
        value: shown(weight),
        share: whole ? weight / whole : 0,
        length: longest ? weight / longest : 0,
        className: colourOf(label),
      }),
    );
    const list = lines.length > 0 ? element("ul", {}, ...lines) : element("p", { class: "soft" }, emptyText);
    return element("div", { class: "chart" }, element("h3", {}, title), list);
  }

  function byStage(deals, weigh) {
    return STAGES.map((stage) => {
      const there = deals.filter((deal) => deal.stage === stage);
      return [format.words(stage), there.reduce((sum, deal) => sum + weigh(deal), 0)];
    });
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
    const { weigh, shown, titles } = scale(deals);
    const sectors = exposure(deals, weigh);
    const colourOf = bars.colours(sectors.map(([name]) => name));
    const charts = element(
      "div",
      { class: "charts" },
      chart(titles[0], byStage(deals, weigh), shown, () => "accent", "No deals yet"),
      chart(titles[1], largest(sectors), shown, colourOf, "No sector data yet"),
    );
    return element("div", {}, charts, table(deals, colourOf));
  }

  return { draw, isOpen };
})();
