/** What the platform is put together from: where sessions live, how each thing is read and shown, who may see it. */

import bcrypt from "bcryptjs";
import connectPgSimple from "connect-pg-simple";
import session from "express-session";
import { pendingMigrations } from "./database.js";
import { peopleOf } from "./people.js";

const COOKIE = "deal.sid";
const PgStore = connectPgSimple(session);

export function partsOf(settings, pool) {
  const rows = async (sql, values) => (await pool.query(sql, values)).rows;
  const noHash = bcrypt.hashSync("nobody", settings.bcryptRounds); // an unknown name takes as long as a wrong password
  return {
    pool,
    store: settings.memorySessions
      ? new session.MemoryStore()
      : new PgStore({ pool, tableName: "user_sessions", disableTouch: true }), // or each request would write
    updateAge: settings.updateAge,
    cookieName: COOKIE,
    cookie: {
      httpOnly: true,
      sameSite: "lax",
      secure: settings.secureCookies, // without https, or a proxy that is trusted to say so, none is given then
      domain: settings.cookieDomain,
      maxAge: settings.sessionSeconds * 1000,
    },

    async account(username, password) {
      const sql = "SELECT id, username, role, password_hash FROM accounts WHERE username = $1 AND NOT disabled";
      const [found] = await rows(sql, [username]);
      const right = await bcrypt.compare(password, found?.password_hash ?? noHash);
      return found && right ? found : null;
    },
    async signedIn(request) {
      const id = request.session?.accountId;
      const sql = "SELECT id, username, role FROM accounts WHERE id = $1 AND NOT disabled";
      return id ? (await rows(sql, [id]))[0] : undefined;
    },
    async signOut(request, response) {
      await new Promise((done, failed) => request.session.destroy((error) => (error ? failed(error) : done())));
      response.clearCookie(COOKIE, { domain: settings.cookieDomain });
    },

    ...peopleOf(settings, rows),
    deals: () => rows("SELECT id, name, stage, amount, currency FROM deals ORDER BY name"),
    deal: (id) => rows("SELECT id, name, stage, amount, currency FROM deals WHERE id = $1", [id]),
    closings: () =>
      rows(`SELECT c.id, d.name AS deal, c.title, c.amount, c.due_date FROM closings c JOIN deals d ON d.id = c.deal_id
            ORDER BY c.due_date NULLS LAST, c.title`),
    closingsBetween: (first, last) =>
      rows("SELECT title, due_date FROM closings WHERE due_date BETWEEN $1 AND $2 ORDER BY title", [first, last]),
    featured: () =>
      rows(`SELECT id, title, author, created_at FROM pitches WHERE status = 'published' AND featured
            ORDER BY created_at DESC, id DESC LIMIT 10`),
    accounts: () => rows("SELECT id, username, full_name, role FROM accounts ORDER BY username"),
    shownClosing: (row) => ({ ...row, due_date: row.due_date ?? null }),

    databaseAnswers: () => pool.query("SELECT 1").then(() => true, () => false),
    migrations: async () => ((await pendingMigrations(pool)).length ? "pending" : "current"),
    open: new Set(["/api/featured"]), // what nobody has to sign in for
  };
}
