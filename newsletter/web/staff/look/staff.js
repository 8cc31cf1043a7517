"use strict";
/* Renews the page in place while a mailing is on its way. Without this script the page is renewed by hand. */
(() => {
  const EVERY = 2000;
  const light = document.querySelector("[data-live]");
  const text = document.querySelector("[data-live-text]");
  const said = text.textContent;

  const renew = async () => {
    if (!("moving" in document.body.dataset) || document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-part]")) {
        const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
        const held = part.contains(document.activeElement); // never taken from under somebody's fingers
        if (fresh && !held && fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
      }
      if (!("moving" in page.body.dataset)) delete document.body.dataset.moving;
      light.hidden = !("moving" in document.body.dataset);
      light.classList.remove("stopped");
      text.textContent = said;
    } catch {
      light.classList.add("stopped");
      text.textContent = "No answer: is `newsletter serve` still running?";
    }
  };

  light.hidden = !("moving" in document.body.dataset);
  setInterval(renew, EVERY);
})();
