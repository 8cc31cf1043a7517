"use strict";
/* Fits the frames, renews the page in place when a file was saved, and follows choices without losing one's place.
   Without this script every choice is an ordinary link. Mails run no script: their frames are only measured. */
(() => {
  const body = document.body;
  const text = document.querySelector("[data-live-text]");
  const light = document.querySelector("[data-live]");

  /* --- frames --- */

  const measure = (frame) => {
    const inside = frame.contentDocument;
    if (!inside || !inside.body) return;
    const screen = frame.closest("[data-frame]");
    frame.style.height = "10px";
    frame.height_ = Math.max(Math.ceil(inside.documentElement.getBoundingClientRect().height), inside.body.scrollHeight, 240);
    frame.style.height = frame.height_ + "px";
    const over = inside.documentElement.scrollWidth - Number(screen.dataset.width);
    const note = screen.querySelector("[data-wide-note]");
    note.hidden = over <= 0;
    note.textContent = over > 0 ? body.dataset.wide.replace("{n}", over) : "";
    fit();
  };

  const fit = () => {
    const screens = [...document.querySelectorAll("[data-frame]")];
    if (!screens.length) return;
    const room = document.querySelector("[data-screens]").clientWidth;
    const gap = 24 * (screens.length - 1);
    const whole = screens.reduce((sum, screen) => sum + Number(screen.dataset.width), 0);
    const stacked = room < 640;
    for (const screen of screens) {
      const width = Number(screen.dataset.width);
      const scale = Math.min(1, stacked ? room / width : (room - gap) / whole);
      const glass = screen.querySelector(".glass");
      screen.style.width = width * scale + "px";
      glass.style.width = width * scale + "px";
      for (const frame of glass.querySelectorAll("iframe")) {
        frame.style.width = width + "px";
        frame.style.transform = scale < 1 ? `scale(${scale})` : "none";
        if (frame.height_ && !frame.hidden_) glass.style.height = frame.height_ * scale + "px";
      }
    }
  };

  const watch = (frame) => {
    frame.addEventListener("load", () => measure(frame));
    if (frame.contentDocument && frame.contentDocument.readyState === "complete") measure(frame);
  };

  /* A changed mail is loaded behind the one that is seen, and takes its place when it is there: nothing flickers. */
  const exchange = (screen, fresh) => new Promise((done) => {
    const old = [...screen.querySelectorAll("iframe")];
    fresh.hidden_ = true;
    fresh.classList.add("behind");
    fresh.addEventListener("load", () => {
      fresh.hidden_ = false;
      measure(fresh);
      fresh.classList.remove("behind");
      for (const frame of old) frame.remove();
      fit();
      done();
    }, { once: true });
    screen.querySelector(".glass").append(fresh);
  });

  /* --- renewing --- */

  const parts = (root) => new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  const frames = (root) => new Map([...root.querySelectorAll("[data-frame]")].map((screen) => [screen.dataset.frame, screen]));

  const replace = (now, next) => {
    const open = new Set([...now.querySelectorAll("details[open][data-key]")].map((one) => one.dataset.key));
    const focus = now.contains(document.activeElement) ? document.activeElement.id : "";
    now.replaceChildren(...next.childNodes);
    for (const one of now.querySelectorAll("details[data-key]")) one.open = open.has(one.dataset.key);
    if (focus && document.getElementById(focus)) document.getElementById(focus).focus({ preventScroll: true });
  };

  const show = async (next) => {
    document.title = next.title;
    document.documentElement.lang = next.documentElement.lang;
    const nowParts = parts(document);
    const nextParts = parts(next);
    if ([...nextParts.keys()].join() !== [...nowParts.keys()].join()) return location.reload();
    for (const [name, part] of nextParts) {
      const now = nowParts.get(name);
      if (name === "top") { keepLive(now, part); continue; }
      if (now.innerHTML !== part.innerHTML) replace(now, part);
    }
    const now = document.querySelector("[data-screens]");
    const then = next.querySelector("[data-screens]");
    if (!now || !then) return;
    now.className = then.className;
    const before = frames(now);
    const after = frames(then);
    if (!after.size || [...before.keys()].join() !== [...after.keys()].join()) {
      if (now.innerHTML !== then.innerHTML) now.replaceChildren(...then.childNodes);
      now.querySelectorAll("iframe").forEach(watch);
      fit();
      return;
    }
    await Promise.all([...after].map(([key, screen]) => {
      const here = before.get(key);
      here.querySelector(".glass").className = screen.querySelector(".glass").className;
      const fresh = screen.querySelector("iframe");
      const shown = [...here.querySelectorAll("iframe")].pop();
      return shown.getAttribute("src") === fresh.getAttribute("src") ? null : exchange(here, document.importNode(fresh, true));
    }));
  };

  /* The head keeps its live line: replacing it would make screen readers say it again. */
  const keepLive = (now, part) => {
    for (const [index, child] of [...now.children].entries()) {
      const other = part.children[index];
      if (other && !child.matches("[data-live]") && child.outerHTML !== other.outerHTML && !(child.open)) child.replaceWith(document.importNode(other, true));
    }
  };

  let running = Promise.resolve();
  const renew = (address, push) => {
    running = running.then(async () => {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (push) history.pushState(null, "", address);
      await show(next);
    }).catch(() => { if (push) location.assign(address); });
    return running;
  };

  /* --- choices --- */

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".toolbar a, .tongue");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.classList.contains("tongue")) return;
    event.preventDefault();
    renew(link.href, true);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-choose]");
    if (form) renew(form.action + "?" + new URLSearchParams(new FormData(form)), true);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-choose]")) return;
    event.preventDefault();
    renew(event.target.action + "?" + new URLSearchParams(new FormData(event.target)), true);
  });
  addEventListener("popstate", () => renew(location.href, false));
  addEventListener("resize", fit);

  /* --- the live line --- */

  let known = null;
  const events = new EventSource("/events?issue=" + encodeURIComponent(body.dataset.issue));
  const changed = async (number) => {
    known = number;
    await renew(location.href, false);
    text.textContent = body.dataset.renewed.replace("{time}", new Date().toLocaleTimeString(document.documentElement.lang));
    light.classList.remove("beat");
    void light.offsetWidth;
    light.classList.add("beat");
    body.dataset.number = number;
  };
  events.addEventListener("hello", (event) => {
    light.classList.remove("stopped");
    body.dataset.connected = "yes";
    if (known !== null) changed(event.data); else known = event.data;
  });
  events.addEventListener("changed", (event) => changed(event.data));
  events.addEventListener("error", () => {
    light.classList.add("stopped");
    text.textContent = body.dataset.stopped;
  });

  document.body.classList.add("scripted");
  document.querySelectorAll("[data-frame] iframe").forEach(watch);
  fit();
})();
