/** Loads the known records of seeds.toml. Names are the keys: loading the file again changes nothing. */

import { readFile } from "node:fs/promises";
import bcrypt from "bcryptjs";
import { parse } from "smol-toml";
import { inTransaction } from "./database.js";

const DAY = 24 * 60 * 60 * 1000;
const MONTHS = { last: -1, this: 0, next: 1 };

export async function seed(pool, file, today, rounds) {
  const known = parse(await readFile(file, "utf8"));
  const start = Date.parse(`${today}T00:00:00Z`);
  await inTransaction(pool, async (client) => {
    for (const one of known.users) {
      const there = await client.query("SELECT 1 FROM accounts WHERE username = $1", [one.username]);
      if (there.rowCount) continue; // before hashing, which takes its time
      await client.query(
        "INSERT INTO accounts (username, full_name, role, password_hash) VALUES ($1, $2, $3, $4)",
        [one.username, one.name, one.role, await bcrypt.hash(one.password, rounds)],
      );
    }
    for (const one of known.deals) {
      await client.query(
        "INSERT INTO deals (name, stage, amount, currency) VALUES ($1, $2, $3, $4) ON CONFLICT (name) DO NOTHING",
        [one.name, one.stage, one.amount, one.currency],
      );
    }
    for (const one of known.closing_schedules) {
      await client.query(
        `INSERT INTO closings (deal_id, title, amount, due_date) SELECT id, $2, $3, $4 FROM deals WHERE name = $1
         ON CONFLICT (deal_id, title) DO NOTHING`,
        [one.deal, one.title, one.amount, one.due ? moment(one.due, start).slice(0, 10) : null],
      );
    }
    for (const one of known.pitches) {
      await client.query(
        `INSERT INTO pitches (title, author, status, featured, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (title) DO NOTHING`,
        [one.title, one.author, one.status, one.featured, moment(one.created, start)],
      );
    }
  });
}

/** The moment that a relative date means, in UTC; a day past the month's end is its last day. */
function moment(relative, start) {
  const hours = (relative.hour ?? 0) * 60 * 60 * 1000;
  if ("days" in relative) return new Date(start + relative.days * DAY + hours).toISOString();
  const [year, month] = [new Date(start).getUTCFullYear(), new Date(start).getUTCMonth() + MONTHS[relative.month]];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month, Math.min(relative.day, last)) + hours).toISOString();
}
