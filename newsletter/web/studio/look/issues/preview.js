"use strict";
/* The preview pane: frames that fit, colours turned as programs turn them, parts exchanged without a flicker.
   Mails run no script; their frames are measured and recoloured from here. */
window.IssuePane = (() => {
  document.documentElement.classList.add("scripted");
  const pane = () => document.getElementById("pane");

  /* --- frames --- */

  const GAP = 24;

  const measure = (frame) => {
    const inside = frame.contentDocument;
    if (!inside || !inside.body) return;
    const screen = frame.closest("[data-frame]");
    if (screen.dataset.turned && !frame.turned_) { turn(inside, screen.dataset.turned); frame.turned_ = true; }
    frame.style.height = "10px";
    frame.height_ = Math.max(Math.ceil(inside.documentElement.getBoundingClientRect().height), inside.body.scrollHeight, 240);
    frame.style.height = frame.height_ + "px";
    const over = inside.documentElement.scrollWidth - Number(screen.dataset.width);
    const note = screen.querySelector("[data-wide-note]");
    note.hidden = over <= 0;
    note.textContent = over > 0 ? note.dataset.words.replace("{pixels}", over) : "";
    fit();
  };

  const fit = () => {
    for (const group of document.querySelectorAll("[data-screens]")) {
      const screens = [...group.querySelectorAll("[data-frame]")];
      const room = group.clientWidth;
      const laid = group.classList.contains("overlaid");
      const whole = laid ? 0 : screens.reduce((sum, screen) => sum + Number(screen.dataset.width), 0);
      const stacked = laid || room < 480;
      for (const screen of screens) {
        const width = Number(screen.dataset.width);
        const scale = Math.min(1, stacked ? room / width : (room - GAP * (screens.length - 1)) / whole);
        const glass = screen.querySelector(".glass");
        screen.style.width = glass.style.width = width * scale + "px";
        for (const frame of glass.querySelectorAll("iframe")) {
          frame.style.width = width + "px";
          frame.style.transform = scale < 1 ? `scale(${scale})` : "none";
          if (frame.height_ && !frame.waiting_) glass.style.height = frame.height_ * scale + "px";
        }
      }
    }
  };

  const watch = (frame) => {
    if (frame.watched_) return;
    frame.watched_ = true;
    frame.addEventListener("load", () => { frame.turned_ = false; measure(frame); });
    if (frame.contentDocument && frame.contentDocument.readyState === "complete" && frame.contentDocument.URL !== "about:blank") measure(frame);
  };

  /* A changed mail is loaded behind the one that is seen, and takes its place when it is there. */
  const exchange = (screen, fresh) => new Promise((done) => {
    const old = [...screen.querySelectorAll("iframe")];
    fresh.waiting_ = fresh.watched_ = true;
    fresh.classList.add("behind");
    fresh.addEventListener("load", () => {
      const at = old.length && old[old.length - 1].contentDocument ? old[old.length - 1].contentDocument.scrollingElement.scrollTop : 0;
      fresh.waiting_ = false;
      measure(fresh);
      fresh.classList.remove("behind");
      for (const frame of old) frame.remove();
      fit();
      if (at) fresh.contentDocument.scrollingElement.scrollTop = at;
      pane().dataset.pictured = String(performance.now());
      done();
    }, { once: true });
    screen.querySelector(".glass").append(fresh);
  });

  /* --- colours: what programs do that know no dark style (LCH; grounds and words, or everything) --- */

  const linear = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  const gamma = (part) => part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055;
  const toLab = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((part) => linear(part / 255));
    const bend = (part) => part > 0.008856 ? Math.cbrt(part) : (903.3 * part + 16) / 116;
    const [x, y, z] = [(0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b,
      (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089].map(bend);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const toRgb = ([l, a, b]) => {
    const y = (l + 16) / 116;
    const unbend = (part) => part ** 3 > 0.008856 ? part ** 3 : (116 * part - 16) / 903.3;
    const [X, Y, Z] = [unbend(y + a / 500) * 0.9505, unbend(y), unbend(y - b / 200) * 1.089];
    return [3.2406 * X - 1.5372 * Y - 0.4986 * Z, -0.9689 * X + 1.8758 * Y + 0.0415 * Z, 0.0557 * X - 0.204 * Y + 1.057 * Z]
      .map((part) => Math.round(255 * Math.min(1, Math.max(0, gamma(part)))));
  };
  const turned = (colour, mode, isGround) => {
    const [red, green, blue, alpha = 1] = (colour.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    if (alpha === 0) return null;
    const [l, a, b] = toLab([red, green, blue]);
    if (mode !== "full" && !(isGround ? l >= 50 : l < 50)) return null;
    const light = l >= 50 ? 50 - (l - 50) * 0.75 : 50 + (50 - l) * 0.75;
    return `rgb(${toRgb([light, a * 0.8, b * 0.8]).join(",")})`;
  };
  const turn = (inside, mode) => {
    const changes = [];
    for (const one of [inside.documentElement, inside.body, ...inside.body.querySelectorAll("*")]) {
      const style = inside.defaultView.getComputedStyle(one);
      const ground = turned(one === inside.documentElement ? "rgb(255,255,255)" : style.backgroundColor, mode, true);
      changes.push([one, { "background-color": ground, color: turned(style.color, mode, false),
        "border-top-color": turned(style.borderTopColor, mode, true), "border-left-color": turned(style.borderLeftColor, mode, true) }]);
    }
    for (const [one, wanted] of changes)
      for (const [name, value] of Object.entries(wanted)) if (value) one.style.setProperty(name, value, "important");
  };

  /* --- exchanging the pane --- */

  const parts = (root) => new Map([...root.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
  const screens = (root) => new Map([...root.querySelectorAll("[data-frame]")].map((screen) => [screen.dataset.frame, screen]));
  const shape = (root) => [...root.children].map((one) => one.dataset.part || one.className).join() + [...screens(root).keys()].join();

  const refill = (now, next) => {
    const focus = now.contains(document.activeElement) ? document.activeElement.id : "";
    now.replaceChildren(...next.childNodes);
    const again = focus && document.getElementById(focus);
    if (again) again.focus({ preventScroll: true });
  };

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html").getElementById("pane");

  const render = async (html) => {
    const next = parsed(html);
    const now = pane();
    if (!next || !now) return;
    now.dataset.shown = next.dataset.shown;
    if (shape(now) !== shape(next)) {
      refill(now, next);
      now.querySelectorAll("iframe").forEach(watch);
      fit();
      now.dataset.pictured = String(performance.now());
      return;
    }
    const fresh = parts(next);
    for (const [name, part] of parts(now)) if (part.innerHTML !== fresh.get(name).innerHTML) refill(part, fresh.get(name));
    const here = screens(now);
    await Promise.all([...screens(next)].map(([key, screen]) => {
      const old = here.get(key);
      const frame = screen.querySelector("iframe");
      const shown = [...old.querySelectorAll("iframe")].pop();
      const same = shown.getAttribute("src") === frame.getAttribute("src") && old.dataset.turned === screen.dataset.turned;
      for (const name of ["width", "turned"]) old.dataset[name] = screen.dataset[name];
      old.querySelector(".glass").className = screen.querySelector(".glass").className;
      old.querySelector("figcaption").replaceWith(document.importNode(screen.querySelector("figcaption"), true));
      old.closest("[data-screens]").classList.toggle("kept", screen.closest("[data-screens]").classList.contains("kept"));
      if (same) { fit(); if (shown.height_) measure(shown); return null; }
      return exchange(old, document.importNode(frame, true));
    }));
    now.dataset.pictured = String(performance.now());
  };

  /* --- two versions over one another --- */

  document.addEventListener("input", (event) => {
    const group = document.querySelector(".compared");
    if (!group) return;
    if (event.target.matches("[data-overlay]")) {
      group.classList.toggle("overlaid", event.target.checked);
      document.querySelector("[data-share]").hidden = !event.target.checked;
      fit();
    }
    if (!event.target.matches("[data-overlay], [data-overlay-share]")) return;
    const share = document.querySelector("[data-overlay-share]").value / 100;
    const last = [...group.querySelectorAll("[data-frame]")].pop();
    last.style.opacity = group.classList.contains("overlaid") ? String(share) : "";
  });

  addEventListener("resize", fit);
  document.querySelectorAll("#pane iframe").forEach(watch);
  fit();

  /* Without an editor (who may only read) choices are fetched from here; the editor's page takes them over. */
  const api = { render, fit, choose: null };
  const address = (form) => {
    const query = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    return form.action.split("?")[0] + "?" + query;
  };
  const go = async (url) => {
    history.replaceState(null, "", url);
    if (api.choose) { api.choose(new URL(url, location.href).searchParams); return; }
    const answer = await fetch(url);
    await render(await answer.text());
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-look]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(link.href);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-looks]");
    if (form) go(address(form));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-looks]");
    if (form) { event.preventDefault(); go(address(form)); }
  });
  return api;
})();
