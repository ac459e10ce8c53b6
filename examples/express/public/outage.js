/** The banner of every page: there while health says that the database is down. */

import { api } from "/config.js";

const PACE = 3000; // milliseconds between two questions
const banner = document.getElementById("outage");

async function look() {
  try {
    const answer = await fetch(`${api}/api/health`, { cache: "no-store", signal: AbortSignal.timeout(8000) });
    banner.hidden = (await answer.json()).db !== "down";
  } catch {
    banner.hidden = true; // nobody said anything of the database
  }
  setTimeout(look, PACE);
}

look();
