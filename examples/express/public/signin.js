import { api } from "/config.js";

const form = document.getElementById("sign-in");

/** The page that was asked for before, as an address of this site; the dashboard for anything else. */
function destination() {
  const asked = new URLSearchParams(window.location.search).get("next") ?? "/";
  const place = new URL(URL.canParse(asked, window.location.origin) ? asked : "/", window.location.origin);
  return place.origin === window.location.origin ? place.href : "/";
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const alert = form.querySelector("[role=alert]");
  try {
    const answer = await fetch(`${api}/api/login`, {
      credentials: "include",
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    const { message } = await answer.json(); // its end comes when the session is stored, its status before
    if (answer.ok) window.location.assign(destination());
    else alert.textContent = message;
  } catch {
    alert.textContent = "The platform does not answer. Try again.";
  }
});
