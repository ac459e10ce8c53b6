"use strict";
// The banner of every page: there while health says that the database is away, whatever else fails or works.

(() => {
  const PACE = { there: 3_000, away: 2_000 }; // ms between two questions
  const PATIENCE = 10_000; // health itself gives up on a silent database earlier
  const banner = document.getElementById("outage");
  let latest = 0;
  let next;

  /** Whether health says so. An answer that says nothing of the database, or none at all, is no reason for alarm. */
  async function away() {
    try {
      const answer = await desk.ask(banner.dataset.source, {
        credentials: "omit", // health is for everybody, and a page that is left open must not keep a session alive
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE),
      });
      return (await answer.json()).databaseConnected === false;
    } catch {
      return false;
    }
  }

  async function look() {
    clearTimeout(next);
    const turn = ++latest;
    const shown = document.hidden ? !banner.hidden : await away();
    if (turn !== latest) return; // another look has begun meanwhile
    banner.hidden = !shown;
    next = setTimeout(look, shown ? PACE.away : PACE.there);
  }

  document.addEventListener("visibilitychange", look);
  look();
})();
