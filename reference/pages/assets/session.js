"use strict";
// The bar of every page for somebody who is logged in: the phone's menu and Log out.

(() => {
  const button = document.querySelector(".menu-button");
  const menu = document.getElementById("menu");
  const message = document.getElementById("session-message");

  function show(open) {
    menu.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
  }

  button.addEventListener("click", () => show(!menu.classList.contains("open")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.classList.contains("open")) return;
    show(false);
    button.focus();
  });

  async function logOut() {
    message.hidden = true;
    try {
      const answer = await desk.ask("/api/auth/logout", { method: "POST", signal: AbortSignal.timeout(10_000) });
      // 401: the session had ended already, which is what was wanted
      if (answer.ok || answer.status === 401) {
        window.location.assign("/login");
        return;
      }
    } catch {
      // not reached, or no answer in time: said below, as with any other failure
    }
    message.textContent = "You are still logged in: logging out did not work. Please try again.";
    message.hidden = false;
  }

  document.getElementById("logout").addEventListener("click", logOut);
})();
