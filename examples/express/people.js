/** How people sign up, change their passwords and are shut out. */

import bcrypt from "bcryptjs";
import { Router } from "express";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const SHORTEST = 8;
const LONGEST = 72; // bytes; bcrypt reads no more
const TAKEN = "23505"; // Postgres' word for a unique index that refuses

export function peopleOf(settings, rows) {
  return {
    async signUp(email, name, password) {
      const sql = `INSERT INTO accounts (username, full_name, role, password_hash) VALUES ($1, $2, 'analyst', $3)
                   RETURNING id, username, role`;
      return (await rows(sql, [email, name, await bcrypt.hash(password, settings.bcryptRounds)]))[0];
    },
    async changePassword(id, password, sid) {
      const hash = await bcrypt.hash(password, settings.bcryptRounds);
      await rows("UPDATE accounts SET password_hash = $2 WHERE id = $1", [id, hash]);
      await this.endSessions(id, sid);
    },
    endSessions: (id, but) =>
      rows("DELETE FROM user_sessions WHERE sess ->> 'accountId' = $1::text AND sid <> $2", [id, but]),
    async disable(id, disabled) {
      const sql = "UPDATE accounts SET disabled = $2 WHERE id = $1 RETURNING id, disabled";
      const [found] = await rows(sql, [id, disabled]);
      if (disabled) await this.endSessions(id, "");
      return found;
    },
  };
}

export function people(parts, guarded) {
  const router = Router();
  router.post("/signup", async (request, response) => {
    const { email, name, password } = request.body ?? {};
    const good = typeof email === "string" && EMAIL.test(email) && typeof name === "string" && isPassword(password);
    if (!good) return response.status(400).json({ message: `Give email, name and ${SHORTEST} letters of a password` });
    try {
      return response.status(201).json(await parts.signUp(email, name, password));
    } catch (error) {
      if (error.code !== TAKEN) throw error;
      return response.status(409).json({ message: "This e-mail is taken" });
    }
  });
  router.put("/user/password", guarded, async (request, response) => {
    const { current, password } = request.body ?? {};
    const right = isPassword(password) && (await parts.account(request.account.username, String(current)));
    if (!right) return response.status(400).json({ message: `Give current, and ${SHORTEST} letters of a password` });
    await parts.changePassword(request.account.id, password, request.sessionID);
    return response.json({ message: "Changed" });
  });
  router.patch("/accounts/:id", guarded, async (request, response) => {
    const { disabled } = request.body ?? {};
    if (request.account.role !== "admin") return response.status(403).json({ message: "For administrators" });
    if (typeof disabled !== "boolean") return response.status(400).json({ message: "Give disabled: true or false" });
    if (request.params.id === String(request.account.id)) return response.status(409).json({ message: "Not yourself" });
    const found = /^[1-9]\d{0,8}$/.test(request.params.id) && (await parts.disable(request.params.id, disabled));
    return found ? response.json(found) : response.status(404).json({ message: "Not found" });
  });
  return router;
}

function isPassword(value) {
  return typeof value === "string" && value.length >= SHORTEST && Buffer.byteLength(value) <= LONGEST;
}
