/** node server.js serve | migrate | status | seed FILE --today DAY; and for who breaks it: breaks | probe NAME */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const USAGE = 4;

const commands = {
  async serve(settings, pool) {
    const { serve } = await import("./serving.js");
    await serve(settings, pool);
  },
  async migrate(settings, pool) {
    const { migrate } = await import("./database.js");
    await migrate(pool);
    await pool.end();
  },
  async status(settings, pool) {
    const { pendingMigrations } = await import("./database.js");
    const pending = await pendingMigrations(pool);
    await pool.end();
    if (pending.length) throw new Error(`pending: ${pending.join(", ")}`);
  },
  async seed(settings, pool, [file, option, today]) {
    if (!file || option !== "--today" || !today) throw new Error("usage: node server.js seed FILE --today DAY");
    const { seed } = await import("./seeding.js");
    await seed(pool, file, today, settings.bcryptRounds);
    await pool.end();
  },
};

async function main([command, ...rest]) {
  if (!existsSync(`${HERE}node_modules/express`)) {
    throw new Error("its packages are not installed: run `make express`, or `npm ci` in examples/express");
  }
  if (command === "breaks" || command === "probe") {
    const { listed, seen } = await import("./probes.js");
    console.log(command === "breaks" ? listed().join("\n") : JSON.stringify(await seen(rest[0])));
  } else if (Object.hasOwn(commands, command ?? "")) {
    const [{ settingsFrom }, { connect }] = await Promise.all([import("./settings.js"), import("./database.js")]);
    const settings = settingsFrom(process.env);
    await commands[command](settings, connect(settings.databaseUrl), rest);
  } else {
    console.error(`usage: node server.js ${Object.keys(commands).join(" | ")} | breaks | probe`);
    process.exitCode = USAGE;
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`deal-express: ${error.message || error}`);
  process.exit(1);
});
