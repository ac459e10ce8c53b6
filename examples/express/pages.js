/** The pages: sign-in, and for those who are signed in the dashboard and the calendar. */

import { Router } from "express";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function pages(parts) {
  const router = Router();
  const guarded = async (request, response, next) => {
    request.account = await parts.signedIn(request);
    return request.account ? next() : response.redirect(`/signin?next=${encodeURIComponent(request.originalUrl)}`);
  };

  router.get("/signin", (request, response) => response.send(signIn()));
  router.get("/", guarded, async (request, response) => {
    response.send(dashboard(request.account, await parts.deals(), await parts.featured()));
  });
  router.get("/calendar", guarded, (request, response) => response.send(calendar(request.account)));
  return router;
}

function document(title, body, script) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Deal Express</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/style.css">
<script type="module" src="/static/outage.js"></script>
${script ? `<script type="module" src="/static/${script}"></script>` : ""}
</head>
<body>
<p id="outage" role="alert" hidden>Database disconnected: nothing can be loaded right now.</p>
${body}
</body>
</html>
`;
}

function header(account) {
  const name = escaped(account.username);
  return `<nav><a href="/">Dashboard</a> <a href="/calendar">Calendar</a> <span>${name}</span></nav>`;
}

function signIn() {
  return document(
    "Sign in",
    `<main>
<h1>Sign in</h1>
<form id="sign-in" method="post">
<label>Username <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button>
<p role="alert"></p>
</form>
</main>`,
    "signin.js",
  );
}

function dashboard(account, deals, featured) {
  const money = (deal) => `${deal.currency} ${deal.amount.toLocaleString("en", { minimumFractionDigits: 2 })}`;
  const row = (deal) => `<tr><td>${escaped(deal.name)}</td><td>${escaped(deal.stage)}</td><td>${money(deal)}</td></tr>`;
  return document(
    "Dashboard",
    `${header(account)}
<main>
<h1>Dashboard</h1>
<section aria-label="Open deals">
<h2>Open deals</h2>
<table><thead><tr><th>Deal</th><th>Stage</th><th>Amount</th></tr></thead>
<tbody>${deals.map(row).join("")}</tbody></table>
</section>
<section aria-label="Featured pitches">
<h2>Featured pitches</h2>
<ul>${featured.map((pitch) => `<li>${escaped(pitch.title)} by ${escaped(pitch.author)}</li>`).join("")}</ul>
</section>
</main>`,
  );
}

function calendar(account) {
  return document(
    "Closings",
    `${header(account)}
<main>
<h1>Closings</h1>
<p><button id="earlier">Earlier</button> <button id="later">Later</button></p>
<table id="month"><caption></caption><thead><tr></tr></thead><tbody></tbody></table>
<p role="alert"></p>
</main>`,
    "calendar.js",
  );
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (letter) => ENTITIES[letter]);
}
