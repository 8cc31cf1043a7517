"use strict";
/* What pages do beyond links and forms. Without this script everything still works. */
(() => {
  // A form that was sent is not sent again by a second click; the server would not act twice either.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 10000);
  });
  addEventListener("pageshow", () => { for (const form of document.forms) delete form.dataset.sent; });

  // A request of htmx that is no form carries the proof, too, and an id of its own.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb === "get") return;
    const token = document.querySelector('meta[name="form-token"]');
    event.detail.headers["X-Form-Token"] = token ? token.content : "";
    if (!event.detail.parameters["form-once"]) event.detail.headers["X-Form-Id"] = crypto.randomUUID();
  });

  // A live line that is lost says so, and takes it back when it is there again.
  const told = () => document.getElementById("told");
  document.addEventListener("htmx:sseError", () => {
    const place = told();
    if (!place || place.querySelector("[data-lost]")) return;
    const lost = document.createElement("div");
    lost.className = "notice warning";
    lost.dataset.lost = "";
    lost.textContent = document.body.dataset.stopped;
    place.append(lost);
  });
  document.addEventListener("htmx:sseOpen", () => {
    const lost = told() && told().querySelector("[data-lost]");
    if (lost) lost.remove();
  });

  // What a live line brings is put in only where it differs, and never takes the focus away.
  const bare = (text) => {
    const holder = document.createElement("template");
    holder.innerHTML = text;
    return holder.innerHTML.replace(/\s+/g, " ").trim();
  };
  document.addEventListener("htmx:sseBeforeMessage", (event) => {
    const place = event.target;
    if (bare(event.detail.data) === bare(place.innerHTML)) { event.preventDefault(); return; }
    const focused = document.activeElement;
    if (!place.contains(focused)) return;
    const same = focused.id ? `#${CSS.escape(focused.id)}` : focused.getAttribute("href") && `[href="${CSS.escape(focused.getAttribute("href"))}"]`;
    if (!same) return;
    place.addEventListener("htmx:afterSwap", () => { const found = place.querySelector(same); if (found) found.focus(); }, { once: true });
  });

  // Small menus close when one looks elsewhere.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(".self[open], .bar details[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll(".self[open], .bar details[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A button that copies a text beside it.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.done;
    });
  }
})();
