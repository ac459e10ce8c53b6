/** Pages and API on two hosts: which pages may ask the API as whoever is signed in, and where their scripts ask it. */

export function otherHosts(origins) {
  return (request, response, next) => {
    response.vary("Origin");
    const origin = request.get("origin");
    if (!origins.includes(origin)) return next();
    response.set({ "Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true" });
    if (request.method !== "OPTIONS") return next();
    response.set("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
    response.set("Access-Control-Allow-Headers", "Content-Type, Accept");
    return response.status(204).end();
  };
}

export function whereTheApiIs(origin) {
  return (request, response) => response.type("js").send(`export const api = ${JSON.stringify(origin)};\n`);
}
