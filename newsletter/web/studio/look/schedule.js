"use strict";
/* Schedule: arrow keys move from day to day, a mailing is dragged to another day. Without this script links and forms do the same. */
(() => {
  document.documentElement.classList.add("scripted");
  const month = document.querySelector("table.month");
  const DAY = 86400000;
  const at = (text) => new Date(`${text}T12:00:00Z`);
  const told = (day) => day.toISOString().slice(0, 10);

  // --- arrow keys: one day is in the tab order, the arrows move it ---
  if (month) {
    const dates = [...month.querySelectorAll(".date")];
    const dayOf = (link) => link.closest("td").dataset.day;
    const first = location.hash.startsWith("#d-") ? document.getElementById(location.hash.slice(1)) : null;
    const one = first || month.querySelector(".chosen .date") || month.querySelector(".today:not(.outside) .date")
      || month.querySelector("td:not(.outside) .date");
    const reach = (link) => { for (const each of dates) each.tabIndex = each === link ? 0 : -1; };
    reach(one);
    if (first) first.focus();
    const day = location.hash === "#day" && document.getElementById("day");
    if (day) day.focus({ preventScroll: innerWidth > 1100 });

    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
    const target = (event, link) => {
      const now = at(dayOf(link));
      if (event.key in steps) return new Date(now.getTime() + steps[event.key] * DAY);
      const place = [...link.closest("tr").cells].indexOf(link.closest("td"));
      if (event.key === "Home") return new Date(now.getTime() - place * DAY);
      if (event.key === "End") return new Date(now.getTime() + (6 - place) * DAY);
      if (event.key !== "PageUp" && event.key !== "PageDown") return null;
      const there = new Date(now);
      there.setUTCDate(1);
      there.setUTCMonth(there.getUTCMonth() + (event.key === "PageDown" ? 1 : -1));
      const last = new Date(Date.UTC(there.getUTCFullYear(), there.getUTCMonth() + 1, 0)).getUTCDate();
      there.setUTCDate(Math.min(now.getUTCDate(), last));
      return there;
    };
    month.addEventListener("keydown", (event) => {
      const link = event.target.closest(".date");
      if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
      const wanted = target(event, link);
      if (!wanted) return;
      event.preventDefault();
      const text = told(wanted);
      const next = document.getElementById(`d-${text}`);
      if (next && !(event.key.startsWith("Page") && next.closest("td").classList.contains("outside"))) {
        reach(next);
        next.focus();
      } else {
        location.assign(`/schedule?month=${text.slice(0, 7)}#d-${text}`);
      }
    });
    month.addEventListener("focusin", (event) => { if (event.target.matches(".date")) reach(event.target); });

    // --- dragging: leads to the form that moves it, filled in; nothing is moved before that is confirmed ---
    let dragged = null;
    month.addEventListener("dragstart", (event) => {
      dragged = event.target.closest("[data-move]");
      if (!dragged) return;
      event.dataTransfer.setData("text/plain", dragged.textContent.trim());
      event.dataTransfer.effectAllowed = "move";
      dragged.classList.add("dragged");
    });
    const over = (event) => (dragged ? event.target.closest("td[data-day]") : null);
    month.addEventListener("dragover", (event) => { if (over(event)) event.preventDefault(); });
    month.addEventListener("dragenter", (event) => {
      const cell = over(event);
      for (const each of month.querySelectorAll(".over")) each.classList.remove("over");
      if (cell) cell.classList.add("over");
    });
    month.addEventListener("drop", (event) => {
      const cell = over(event);
      if (!cell) return;
      event.preventDefault();
      if (cell === dragged.closest("td")) return;
      const asked = new URLSearchParams({ date: cell.dataset.day, time: dragged.dataset.time });
      location.assign(`${dragged.dataset.move}?${asked}`);
    });
    document.addEventListener("dragend", () => {
      for (const each of month.querySelectorAll(".over, .dragged")) each.classList.remove("over", "dragged");
      dragged = null;
    });
  }
  const jump = document.getElementById("f-month");
  if (jump) jump.addEventListener("change", () => { if (/^\d{4}-\d{2}$/.test(jump.value)) jump.form.requestSubmit(); });
})();
