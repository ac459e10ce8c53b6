/** The live connection at /socket: for who is signed in; answers a ping with a pong. */

import { WebSocketServer } from "ws";

export function answerSockets(server, sessions, parts) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096 });
  sockets.on("connection", (socket) => {
    socket.on("error", () => socket.terminate());
    socket.on("message", (data) => {
      if (data.toString() === "ping") socket.send("pong");
    });
  });
  server.on("upgrade", (request, connection, head) => {
    connection.on("error", () => connection.destroy());
    if (new URL(request.url, "http://localhost").pathname !== "/socket") return refuse(connection, "404 Not Found");
    return sessions(request, {}, async (error) => {
      const account = error ? undefined : await parts.signedIn(request).catch(() => undefined);
      if (!account) return refuse(connection, error ? "503 Service Unavailable" : "401 Unauthorized");
      return sockets.handleUpgrade(request, connection, head, (socket) => sockets.emit("connection", socket));
    });
  });
  return sockets;
}

function refuse(connection, status) {
  connection.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
