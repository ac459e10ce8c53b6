"use strict";
// The login form: sends the name and password, says in place what went wrong, and leads on.

(() => {
  const form = document.getElementById("login");
  const message = document.getElementById("login-message");
  const reveal = document.getElementById("reveal");
  const submit = form.querySelector("[type=submit]");
  const { username, password } = form.elements;

  /** The page that was asked for, as an address of this site; "/" for anything else. */
  function destination(next) {
    if (!next.startsWith("/")) return "/";
    let url;
    try {
      url = new URL(next, window.location.origin);
    } catch {
      return "/";
    }
    // "//elsewhere" and "/\elsewhere" are addresses of another site, and the parser knows it
    if (url.origin !== window.location.origin || url.pathname === "/login") return "/";
    return url.href; // whole, since "/.//elsewhere" is a path of ours that reads "//elsewhere" by now
  }

  function refuse(text, fields, focused) {
    message.textContent = text;
    message.hidden = false;
    for (const field of [username, password]) {
      const wrong = fields.includes(field);
      field.setAttribute("aria-invalid", String(wrong));
      if (wrong) field.setAttribute("aria-describedby", message.id);
      else field.removeAttribute("aria-describedby");
    }
    focused.focus();
    if (focused.select) focused.select();
  }

  function busy(waiting) {
    submit.setAttribute("aria-disabled", String(waiting));
    submit.textContent = waiting ? "Logging in…" : "Log in";
  }

  function explain(answer) {
    if (answer.status === 401) {
      return refuse("This username and password do not match. Please try again.", [username, password], password);
    }
    if (answer.status === 403) {
      return refuse("Logging in needs https: open this page at its address that begins with https.", [], submit);
    }
    if (answer.status === 429) {
      const seconds = Number(answer.headers.get("Retry-After"));
      const wait = seconds > 0 ? `in ${seconds} seconds` : "later";
      return refuse(`Too many attempts. Please try again ${wait}.`, [], submit);
    }
    if (answer.status < 500) {
      return refuse("Please check your username and password.", [username, password], username);
    }
    return refuse("Logging in is not possible right now. Please try again in a moment.", [], submit);
  }

  async function logIn() {
    busy(true);
    try {
      const answer = await desk.ask("/api/auth/login", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify({ username: username.value.trim(), password: password.value }),
        signal: AbortSignal.timeout(15_000),
      });
      await answer.text(); // leaving before its end would abort the request, and count as a failed one
      if (answer.ok) {
        window.location.assign(destination(form.dataset.next));
        return;
      }
      busy(false);
      explain(answer);
    } catch {
      busy(false);
      refuse("We could not be reached. Please check your connection and try again.", [], submit);
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (submit.getAttribute("aria-disabled") === "true") return;
    message.hidden = true;
    const missing = [username, password].filter((field) => !field.value.trim());
    if (missing.length === 0) logIn();
    else refuse("Please enter your username and password.", missing, missing[0]);
  });

  reveal.addEventListener("click", () => {
    const shown = password.type === "password";
    password.type = shown ? "text" : "password";
    reveal.querySelector("span").textContent = shown ? "Hide" : "Show";
    password.focus();
  });
})();
