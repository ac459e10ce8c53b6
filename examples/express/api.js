/** The JSON API: objects bare, lists in `data`, errors in `message`. */

import express, { Router } from "express";
import { people } from "./people.js";

const ID = /^[1-9]\d{0,8}$/;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

export function api(parts) {
  const router = Router();
  router.use(express.json({ limit: "20kb" }));

  router.post("/login", async (request, response) => {
    const { username, password } = request.body ?? {};
    if (!isText(username) || !isText(password)) {
      return response.status(400).json({ message: "Give a username and a password" });
    }
    const account = await parts.account(username, password);
    if (!account) return response.status(401).json({ message: "Wrong username or password" });
    await new Promise((done, failed) => request.session.regenerate((error) => (error ? failed(error) : done())));
    request.session.accountId = account.id;
    return response.json(shownAccount(account));
  });
  router.post("/logout", async (request, response) => {
    await parts.signOut(request, response);
    response.json({ message: "Signed out" });
  });

  const guarded = async (request, response, next) => {
    request.account = await parts.signedIn(request);
    if (request.account || parts.open.has(request.baseUrl + request.path)) return next();
    return response.status(401).json({ message: "Sign in first" });
  };
  const list = (read) => async (request, response) => response.json({ data: await read(request) });

  router.use(people(parts, guarded));
  router.get("/user", guarded, (request, response) => response.json(shownAccount(request.account)));
  router.get("/deals", guarded, list(parts.deals));
  router.get("/deals/:id", guarded, async (request, response) => {
    const [deal] = ID.test(request.params.id) ? await parts.deal(request.params.id) : [];
    return deal ? response.json(deal) : response.status(404).json({ message: "Not found" });
  });
  router.get("/closings", guarded, list(async () => (await parts.closings()).map(parts.shownClosing)));
  router.get("/featured", guarded, list(parts.featured));
  router.get("/calendar", guarded, async (request, response) => {
    const { from, to } = request.query;
    if (!isDay(from) || !isDay(to)) return response.status(400).json({ message: "Give from and to as 2026-11-21" });
    return response.json({ data: await parts.closingsBetween(from, to) });
  });
  router.get("/accounts", guarded, async (request, response) => {
    if (request.account.role !== "admin") return response.status(403).json({ message: "For administrators" });
    return response.json({ data: await parts.accounts() });
  });
  return router;
}

function shownAccount({ id, username, role }) {
  return { id, username, role };
}

function isText(value) {
  return typeof value === "string" && value !== "" && !value.includes("\0");
}

function isDay(value) {
  return DAY.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value);
}
