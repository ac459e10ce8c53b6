// The report's own script: times in the reader's zone, and a search over the table that pytest-html has made.
"use strict";
for (const time of document.querySelectorAll("time")) {
  time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}
const table = document.getElementById("results-table");
const search = document.createElement("input");
search.type = "search";
search.placeholder = "search rows, sentences, texts";
search.setAttribute("aria-label", "search the checks");
const found = document.createElement("span");
found.className = "found";
document.querySelector(".controls").prepend(search, found);

function look() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const bodies = [...table.querySelectorAll(".results-table-row")];
  let shown = 0;
  for (const body of bodies) {
    const hit = words.every((word) => body.textContent.toLowerCase().includes(word));
    body.hidden = !hit;
    shown += hit;
  }
  found.textContent = words.length ? `${shown} of ${bodies.length}` : "";
}
search.addEventListener("input", look);
// pytest-html draws the table anew when it is sorted or filtered.
new MutationObserver(look).observe(table, { childList: true });
document.getElementById("results-table").before(document.querySelector(".controls"));
