/** Starts the platform and ends it in order. */

import { createServer } from "node:http";
import { application } from "./application.js";
import { reach } from "./database.js";
import { partsOf } from "./parts.js";
import { broken } from "./breaks.js";
import { answerSockets } from "./socket.js";

const PATIENCE = 2000; // milliseconds that open connections have to end by themselves

export async function serve(settings, pool) {
  await reach(pool, settings.startDeadline); // what cannot be reached is told here, not with the first request
  const parts = broken(settings.broken, partsOf(settings, pool));
  const app = application(settings, parts);
  const server = createServer(app);
  const sockets = answerSockets(server, app.get("session"), parts);
  server.listen(settings.port, settings.host, () => {
    console.log(JSON.stringify({ level: 30, msg: `listening on ${settings.host}:${settings.port}` }));
  });
  server.on("error", (error) => {
    console.error(`deal-express: ${error.message}`);
    process.exit(1);
  });
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => {
      sockets.clients.forEach((client) => client.close(1001));
      server.close(() => pool.end().then(() => process.exit(0)));
      server.closeIdleConnections(); // which Node 18 keeps
      setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
    });
  }
}
