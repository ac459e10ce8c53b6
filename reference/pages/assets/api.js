"use strict";
// `desk` is the one global name of these pages.

globalThis.desk = {};

/** Asks the API as fetch does, on the host where the platform has it, as whoever is logged in here. */
desk.ask = (path, options) =>
  fetch(document.documentElement.dataset.api + path, { credentials: "include", ...options });
