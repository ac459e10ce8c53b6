/** What is seen of each break: the smallest look that tells a platform with it from one without. */

import { text } from "node:stream/consumers";
import { breaks } from "./breaks.js";
import { connect } from "./database.js";

const ADMIN = { username: "winter", password: "first-snow-of-the-year" };

const probes = {
  "memory-store": async ({ signIn, rows }) => (await signIn()) && rows("SELECT count(*) FROM user_sessions"),
  "null-date": async ({ signIn, status }) => status("/api/closings", await signIn()),
  "expiry-ignored": async ({ signIn, status, rows }) => {
    const cookie = await signIn();
    await rows("UPDATE user_sessions SET expire = expire - interval '1 year'");
    return status("/api/user", cookie);
  },
  "renewed-each-time": async ({ ask, signIn, rows }) => {
    const cookie = await signIn();
    const before = await rows("SELECT xmin::text FROM user_sessions");
    await (await ask("/api/user", { headers: { cookie } })).text(); // at its end the session is saved
    return JSON.stringify(before) === JSON.stringify(await rows("SELECT xmin::text FROM user_sessions"));
  },
  "cookie-only-logout": async ({ ask, signIn, status }) => {
    const cookie = await signIn();
    await ask("/api/logout", { method: "POST", headers: { cookie } });
    return status("/api/user", cookie);
  },
  "old-sessions-live-on": async ({ signIn, send, status }) => {
    const [changing, other] = [await signIn(), await signIn()];
    const change = (current, password) => send("PUT", "/api/user/password", { current, password }, changing);
    await change(ADMIN.password, `${ADMIN.password}-2`);
    const seen = await status("/api/user", other);
    await change(`${ADMIN.password}-2`, ADMIN.password);
    return seen;
  },
  "taken-is-500": async ({ send }) => {
    const somebody = { email: `probe-${Date.now()}@example.invalid`, name: "Probe", password: "of-a-probe" };
    await send("POST", "/api/signup", somebody);
    return (await send("POST", "/api/signup", somebody)).status;
  },
  "unguarded-route": ({ status }) => status("/api/deals"),
  "featured-unfiltered": async ({ ask }) => (await (await ask("/api/featured")).json()).data.map(({ title }) => title),
  "lying-health": async ({ ask, rows }) => {
    const last = `SELECT max(query_start) FROM pg_stat_activity
                  WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    const before = await rows(last);
    await ask("/api/health");
    return JSON.stringify(before) !== JSON.stringify(await rows(last));
  },
  "no-httponly": async ({ door }) => (await door()).headers.get("set-cookie").includes("HttpOnly"),
  "nobody-stays-signed-in": async ({ signIn, status }) => status("/api/user", await signIn()),
  "changes-nothing": async ({ signIn, status }) => status("/api/user", await signIn()),
};

export function listed() {
  return Object.entries(breaks).map(([name, { rows, about, canary }]) =>
    JSON.stringify({ name, brings_back: rows, doc: about, file: "breaks.js", canary: canary ?? null }),
  );
}

/** The platform is the one that standard input tells of: {"url": …, "database_url": …}. */
export async function seen(name) {
  const { url, database_url: databaseUrl } = JSON.parse(await text(process.stdin));
  const pool = connect(databaseUrl);
  const ask = (path, options) => fetch(url + path, { redirect: "manual", ...options });
  const send = (method, path, body, cookie = "") =>
    ask(path, { method, headers: { "Content-Type": "application/json", cookie }, body: JSON.stringify(body) });
  const door = () => send("POST", "/api/login", ADMIN);
  const signIn = async () => (await door()).headers.get("set-cookie").split(";")[0];
  const status = async (path, cookie = "") => (await ask(path, { headers: { cookie } })).status;
  const rows = async (sql) => (await pool.query(sql)).rows;
  try {
    return await probes[name]({ ask, door, send, signIn, status, rows });
  } finally {
    await pool.end();
  }
}
