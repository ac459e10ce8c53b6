/** The ways to break the platform: BREAK=name, applied to its parts before they are put together. */

import session from "express-session";
import { SettingsError } from "./settings.js";

export const breaks = {
  "memory-store": {
    rows: ["SES-5"],
    about: "keeps sessions in the process",
    apply: (parts) => ({ store: new session.MemoryStore() }),
  },
  "null-date": {
    rows: ["CRT-1"],
    about: "takes every closing's date for granted",
    apply: () => ({ shownClosing: (row) => ({ ...row, due_date: row.due_date.slice(0, 10) }) }),
  },
  "expiry-ignored": {
    rows: ["SES-4"],
    about: "finds a session whether or not it has expired",
    apply: ({ store, pool }) => {
      store.get = (sid, done) => {
        pool.query("SELECT sess FROM user_sessions WHERE sid = $1", [sid]).then(
          ({ rows: [found] }) => done(null, found?.sess),
          (error) => done(error),
        );
      };
      return {};
    },
  },
  "renewed-each-time": {
    rows: ["SES-10"],
    about: "saves a session at every request",
    apply: () => ({ updateAge: 0 }),
  },
  "cookie-only-logout": {
    rows: ["SES-8"],
    about: "takes the cookie from the browser and leaves the session alive",
    apply: ({ cookieName }) => ({ signOut: async (request, response) => response.clearCookie(cookieName) }),
  },
  "old-sessions-live-on": {
    rows: ["SES-14", "SES-14 everywhere"],
    about: "changes a password and ends no session",
    apply: () => ({ endSessions: async () => [] }),
  },
  "taken-is-500": {
    rows: ["SES-15", "SES-15 at-once"],
    about: "hands on what the database says of an e-mail that is taken",
    apply: ({ signUp }) => ({
      signUp: (...all) =>
        signUp(...all).catch((error) => {
          throw new Error(error.message);
        }),
    }),
  },
  "unguarded-route": {
    rows: ["CRT-3 anonymous"],
    about: "shows the deals to anybody",
    apply: ({ open }) => ({ open: new Set([...open, "/api/deals"]) }),
  },
  "featured-unfiltered": {
    rows: ["PIT-1"],
    about: "features drafts, and what nobody has chosen",
    apply: ({ pool }) => ({
      featured: async () =>
        (await pool.query("SELECT id, title, author, created_at FROM pitches ORDER BY created_at DESC LIMIT 10")).rows,
    }),
  },
  "lying-health": {
    rows: ["HLT-1 asks", "HLT-2"],
    about: "calls the database up without having asked it",
    apply: () => ({ databaseAnswers: async () => true, migrations: async () => "current" }),
  },
  "no-httponly": {
    rows: ["SES-9"],
    about: "lets scripts read the session cookie",
    apply: ({ cookie }) => ({ cookie: { ...cookie, httpOnly: false } }),
  },
  "nobody-stays-signed-in": {
    rows: ["SES-1"],
    about: "lets people in and knows nobody at the next request",
    canary: "caught",
    apply: () => ({ signedIn: async () => undefined }),
  },
  "changes-nothing": {
    rows: ["SES-1"],
    about: "leaves the platform as it is",
    canary: "missed",
    apply: () => ({}),
  },
};

export function broken(name, parts) {
  if (!name) return parts;
  if (!Object.hasOwn(breaks, name)) {
    throw new SettingsError(`BREAK=${name}: there is no such break; there are ${Object.keys(breaks).join(", ")}`);
  }
  return { ...parts, ...breaks[name].apply(parts) };
}
