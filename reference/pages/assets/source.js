"use strict";

/**
 * One list of the API and those who show it: a panel and perhaps some totals share one request.
 * A watcher has three functions: waits(), shows(rows), fails(reason); reason is
 * {text, requestId?, loggedOut?}.
 */
desk.source = (() => {
  const PATIENCE = 10_000; // ms; after it a person should be told rather than wait on

  function reasonFor(status) {
    if (status === 401) return "Your session has ended.";
    if (status === 403) return "Your account may not see this.";
    if (status === 429) return "There were too many requests. Please wait a moment.";
    if (status === 503) return "The service is not available right now.";
    return `The service answered with an error (${status}).`;
  }

  async function refusal(answer) {
    const envelope = await answer.json().catch(() => null);
    const requestId = envelope?.error?.requestId ?? answer.headers.get("X-Request-ID");
    const loggedOut = answer.status === 401;
    return { text: reasonFor(answer.status), requestId: loggedOut ? null : requestId, loggedOut };
  }

  async function ask(path) {
    const answer = await desk.ask(path, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) return { reason: await refusal(answer) };
    const rows = await answer.json();
    return Array.isArray(rows) ? { rows } : { reason: { text: "The service's answer could not be read." } };
  }

  function unreached(error) {
    if (error.name === "TimeoutError") return { text: "The service took too long to answer." };
    if (error instanceof SyntaxError) return { text: "The service's answer could not be read." };
    return { text: "The service could not be reached." };
  }

  /** A list at a path, not asked for until load(). */
  return (path) => {
    const watchers = [];
    let latest = null;

    /** Shows once more what is there, since something beside it has become known. */
    function again() {
      if (latest) watchers.forEach((watcher) => watcher.shows(latest));
    }

    async function load() {
      latest = null;
      watchers.forEach((watcher) => watcher.waits());
      const { rows, reason } = await ask(path).catch((error) => ({ reason: unreached(error) }));
      if (reason) {
        watchers.forEach((watcher) => watcher.fails(reason));
        return;
      }
      latest = rows;
      again();
    }

    return { path, load, again, watch: (watcher) => watchers.push(watcher) };
  };
})();
