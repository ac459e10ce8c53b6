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
    release: environment.RELEASE || "dev",
    sessionSeconds: number("SESSION_TTL", environment.SESSION_TTL || "604800"),
    startDeadline: number("START_DEADLINE", environment.START_DEADLINE || "10"),
    bcryptRounds: number("BCRYPT_ROUNDS", environment.BCRYPT_ROUNDS || "10"),
    broken: environment.BREAK || "",
  };
}

function number(name, text) {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new SettingsError(`${name}=${text}: is no whole number above 0; set it in the environment, see .env.example`);
  }
  return Number(text);
}
