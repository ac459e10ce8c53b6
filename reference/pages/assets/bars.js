"use strict";
// Bars. What a bar shows always stands beside it in words too, so the bars themselves are silent.

desk.bars = (() => {
  const { element, unseen, format } = desk;
  const HUES = 6; // theme.css has as many, and one more for all the others

  /** The same sector has the same colour all over the page; the largest ones get colours of their own. */
  function colours(names) {
    const hues = new Map(names.map((name, index) => [name, index < HUES ? index + 1 : HUES + 1]));
    return (name) => `hue-${hues.get(name) ?? HUES + 1}`;
  }

  /** A part of a bar; the length goes through the style object, which the page's policy allows. */
  function part(className, share) {
    const made = element("span", { class: className });
    made.style.setProperty("--share", String(Math.max(0, Math.min(1, share))));
    return made;
  }

  /** One bar of several parts: [{share, className}], shares of the whole bar. */
  function stacked(parts, className = "") {
    const drawn = parts.filter(({ share }) => share > 0).map((each) => part(each.className, each.share));
    return element("span", { class: `stack ${className}`.trim(), "aria-hidden": "true" }, ...drawn);
  }

  /** A named line with its bar: "Energy, $12M, 40%". */
  function ranked({ label, value, share, length, className }) {
    return element(
      "li",
      { class: "ranked" },
      element("span", { class: "ranked-label" }, label),
      element("span", { class: "ranked-value" }, value, " ", element("span", { class: "soft" }, format.percent(share))),
      stacked([{ share: length, className }], "thin"),
    );
  }

  /** How far along a deal is: as many steps as there are stages. */
  function steps(stages, stage) {
    const reached = stages.indexOf(stage);
    const marks = stages.map((_, index) => element("span", { class: index <= reached ? "step done" : "step" }));
    return element(
      "span",
      { class: "stage" },
      element("span", { class: "stage-name" }, format.words(stage)),
      reached >= 0 && unseen(` (step ${reached + 1} of ${stages.length})`),
      element("span", { class: "steps", "aria-hidden": "true" }, ...marks),
    );
  }

  return { colours, stacked, ranked, steps };
})();
