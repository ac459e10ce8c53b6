/** The Express application: what goes around every request, then health, API and pages. */

import { fileURLToPath } from "node:url";
import express from "express";
import session from "express-session";
import helmet from "helmet";
import { api } from "./api.js";
import { otherHosts, whereTheApiIs } from "./hosts.js";
import { pages } from "./pages.js";

const PUBLIC = fileURLToPath(new URL("public", import.meta.url));
const AWAY = /^(ECONN|ENOTFOUND|ETIMEDOUT|08|57P)/; // codes of a database that is not there
const SILENT = /timeout exceeded when trying to connect|Query read timeout|Connection terminated/; // which have none

export function application(settings, parts) {
  const app = express();
  app.set("trust proxy", settings.trustedProxies);
  app.use(logged);
  const connectSrc = ["'self'", ...(settings.apiOrigin ? [settings.apiOrigin] : [])];
  app.use(helmet({ contentSecurityPolicy: { directives: { connectSrc, upgradeInsecureRequests: null } } }));
  app.use("/api", otherHosts(settings.pageOrigins));
  app.get("/config.js", whereTheApiIs(settings.apiOrigin));
  app.get("/healthz", (request, response) => response.json({ alive: true }));
  app.get("/api/health", (request, response) => health(settings, parts, response));
  app.use("/static", express.static(PUBLIC));
  const sessions = session({
    name: parts.cookieName,
    secret: settings.sessionSecret,
    store: parts.store,
    cookie: parts.cookie,
    resave: false,
    saveUninitialized: false,
  });
  app.set("session", sessions);
  app.use(sessions);
  app.use((request, response, next) => {
    const { accountId, cookie } = request.session;
    const used = accountId ? settings.sessionSeconds * 1000 - (cookie.expires - Date.now()) : 0;
    if (used >= parts.updateAge * 1000) request.session.renewed = Date.now(); // saves it, and sends its cookie again
    next();
  });
  app.use("/api", api(parts));
  app.use(pages(parts));
  app.use((request, response) => answerError(request, response, 404, "Not found"));
  app.use((error, request, response, next) => {
    if (response.headersSent) return next(error);
    if (error.status >= 400 && error.status < 500) return answerError(request, response, error.status, "Bad request");
    console.error(JSON.stringify({ level: 50, request_id: request.id, path: request.path, msg: error.stack }));
    return AWAY.test(error.code ?? "") || SILENT.test(error.message)
      ? answerError(request, response, 503, "The database is away")
      : answerError(request, response, 500, "Something went wrong");
  });
  return app;
}

async function health(settings, parts, response) {
  const up = await parts.databaseAnswers();
  const about = { time: new Date().toISOString(), version: settings.release };
  if (!up) return response.status(503).json({ state: "degraded", db: "down", ...about });
  return response.json({ state: "up", db: "up", ...about, migrations: await parts.migrations() });
}

function answerError(request, response, status, message) {
  response.status(status);
  if (request.originalUrl.startsWith("/api/")) response.json({ message });
  else response.type("html").send(`<!doctype html><html lang="en"><title>${message}</title><h1>${message}</h1></html>`);
}

function logged(request, response, next) {
  const started = performance.now();
  request.id = request.get("x-request-id") ?? "";
  response.on("finish", () => {
    const ms = Math.round(performance.now() - started);
    const { method, originalUrl: path, id } = request;
    const said = { level: 30, request_id: id, method, path, status: response.statusCode, duration_ms: ms };
    console.log(JSON.stringify(said));
  });
  next();
}
