/** node server.js serve | migrate | status | seed FILE --today 2026-11-21 */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const USAGE = 4;

async function main([command, ...rest]) {
  if (!existsSync(`${HERE}node_modules/express`)) {
    return ended(1, "its packages are not installed: run `make express`, or `npm ci` in examples/express");
  }
  const { settingsFrom } = await import("./settings.js");
  const { connect, migrate, pendingMigrations } = await import("./database.js");
  const settings = settingsFrom(process.env);
  const pool = connect(settings.databaseUrl);
  if (command === "serve") {
    const { serve } = await import("./serving.js");
    return serve(settings, pool);
  }
  try {
    if (command === "migrate") await migrate(pool);
    else if (command === "seed" && rest.length === 3 && rest[1] === "--today") {
      const { seed } = await import("./seeding.js");
      await seed(pool, rest[0], rest[2], settings.bcryptRounds);
    } else if (command === "status") {
      const pending = await pendingMigrations(pool);
      return ended(pending.length ? 1 : 0, pending.map((name) => `pending: ${name}`).join("\n"));
    } else return ended(USAGE, "usage: node server.js serve | migrate | status | seed FILE --today DAY");
  } finally {
    await pool.end();
  }
  return undefined;
}

function ended(code, message) {
  if (message) console.error(`deal-express: ${message}`);
  process.exitCode = code;
}

main(process.argv.slice(2)).catch((error) => {
  ended(1, error.message || String(error));
  process.exit();
});
