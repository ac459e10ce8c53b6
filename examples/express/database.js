/** The pool, and the migrations: plain SQL files, each once, in the order of their names. */

import { readdir, readFile } from "node:fs/promises";
import pg from "pg";

const MIGRATIONS = new URL("migrations/", import.meta.url);

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text); // a day is no moment: it has no time zone
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);

export function connect(url) {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "deal-express",
    max: 10,
    connectionTimeoutMillis: 2000,
  });
  pool.on("error", (error) => console.error(JSON.stringify({ level: 50, msg: `idle connection: ${error.message}` })));
  return pool;
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
