/** What the platform reads from its environment; one message for all that is missing. */

const NEEDED = ["DATABASE_URL", "SESSION_SECRET"];

export class SettingsError extends Error {}

export function settingsFrom(environment) {
  const missing = NEEDED.filter((name) => !environment[name]);
  if (missing.length) {
    throw new SettingsError(`missing: ${missing.join(", ")}; set it in the environment, see .env.example`);
  }
  return {
    databaseUrl: environment.DATABASE_URL,
    sessionSecret: environment.SESSION_SECRET,
    host: environment.HOST || "127.0.0.1",
    port: number("PORT", environment.PORT || "3000"),
    production: environment.NODE_ENV === "production",
    trustedProxies: environment.TRUSTED_PROXIES || false, // addresses with a comma between two: whose headers are true
    secureCookies: secureCookies(environment),
    cookieDomain: environment.COOKIE_DOMAIN || undefined,
    pageOrigins: (environment.CORS_ORIGINS || "").split(",").map((origin) => origin.trim()).filter(Boolean),
    apiOrigin: environment.API_ORIGIN || "",
    memorySessions: memorySessions(environment),
    release: environment.RELEASE || "dev",
    sessionSeconds: number("SESSION_TTL", environment.SESSION_TTL || "604800"),
    updateAge: number("SESSION_UPDATE_AGE", environment.SESSION_UPDATE_AGE || "86400"),
    startDeadline: number("START_DEADLINE", environment.START_DEADLINE || "10"),
    bcryptRounds: number("BCRYPT_ROUNDS", environment.BCRYPT_ROUNDS || "10"),
    broken: environment.BREAK || "",
  };
}

function secureCookies({ NODE_ENV, COOKIE_SECURE: said }) {
  if (said && !["true", "false"].includes(said)) throw new SettingsError(`COOKIE_SECURE=${said}: say true or false`);
  return said ? said === "true" : NODE_ENV === "production";
}

function memorySessions({ NODE_ENV, USE_MEMORY_SESSIONS: said }) {
  if (said && !["true", "false"].includes(said)) {
    throw new SettingsError(`USE_MEMORY_SESSIONS=${said}: say true or false`);
  }
  if (said === "true" && NODE_ENV === "production") {
    throw new SettingsError("USE_MEMORY_SESSIONS=true: in production a restart would sign everybody out; take it out");
  }
  return said === "true";
}

function number(name, text) {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new SettingsError(`${name}=${text}: is no whole number above 0; set it in the environment, see .env.example`);
  }
  return Number(text);
}
