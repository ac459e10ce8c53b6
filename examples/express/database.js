/** The pool, and the migrations: plain SQL files, each once, in the order of their names. */

import { readdir, readFile } from "node:fs/promises";
import pg from "pg";

const FIRST_WAIT = 50; // milliseconds between two tries to reach the database at a start: they double
const LONGEST_WAIT = 2000;
const MIGRATIONS = new URL("migrations/", import.meta.url);

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text); // a day is no moment: it has no time zone
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

export function connect(url) {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "deal-express",
    max: 10,
    connectionTimeoutMillis: 2000,
    query_timeout: 2500, // a server that says nothing any more is no reason to wait for ever
  });
  pool.on("error", (error) => console.error(JSON.stringify({ level: 50, msg: `idle connection: ${error.message}` })));
  return pool;
}

/** Waits for the database, each time longer, at most so many seconds; then an error says what cannot be reached. */
export async function reach(pool, seconds) {
  const end = Date.now() + seconds * 1000;
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      return await pool.query("SELECT 1");
    } catch (error) {
      if (Date.now() + wait > end) throw new Error(`${whereabouts(pool)}: ${error.message || error.code}`);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

function whereabouts(pool) {
  const { username, hostname, port } = new URL(pool.options.connectionString);
  return `database: user '${decodeURIComponent(username)}' at ${hostname}:${port || 5432}`;
}

export async function pendingMigrations(pool) {
  const [{ there }] = (await pool.query("SELECT to_regclass('migrations') IS NOT NULL AS there")).rows;
  const done = there ? (await pool.query("SELECT name FROM migrations")).rows.map((row) => row.name) : [];
  return (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql") && !done.includes(name)).sort();
}

export async function migrate(pool) {
  await pool.query("CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, at timestamptz DEFAULT now())");
  for (const name of await pendingMigrations(pool)) {
    const sql = await readFile(new URL(name, MIGRATIONS), "utf8");
    await inTransaction(pool, async (client) => {
      await client.query(sql);
      await client.query("INSERT INTO migrations (name) VALUES ($1)", [name]);
    });
    console.log(`migrated ${name}`);
  }
}

export async function inTransaction(pool, work) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await work(client);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
