"use strict";
/* Mailings: the page anew when its mailing stands elsewhere; charts drawn from the tables behind them. Without this the tables are there. */
(() => {
  // The live line says that the mailing stands elsewhere now: other acts are offered then. What was just said can be read first, where
  // it can be stopped from here all the same; nothing is drawn anew under a form that is on its way.
  const READ = 4000;
  let anew = 0;
  document.addEventListener("htmx:sseMessage", () => {
    if (anew || !document.querySelector("[data-ended]")) return;
    const said = document.querySelector("#told > *") && document.querySelector("form[action$='/stop']");
    anew = setTimeout(() => location.reload(), said ? READ : 0);
  });
  document.addEventListener("submit", () => clearTimeout(anew));

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  const language = document.documentElement.lang === "fr" ? "fr-CA" : "en-CA";
  const number = new Intl.NumberFormat(language);
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const faint = (name, share) => {
    const probe = document.createElement("span");
    probe.style.color = `color-mix(in srgb, ${colour(name)} ${share}%, transparent)`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };

  /* Columns of numbers: the moments, then one for each cell with a value. */
  const columns = (figure) => {
    const rows = [...figure.querySelectorAll("tr[data-x]")];
    const values = rows.map((row) => [...row.querySelectorAll("[data-y]")].map((cell) => Number(cell.dataset.y)));
    const found = [rows.map((row) => Number(row.dataset.x))];
    for (let place = 0; place < (values[0] || []).length; place += 1) found.push(values.map((row) => row[place]));
    return found;
  };

  const series = {
    handed: () => ({
      series: [{}, { stroke: colour("--accent"), width: 2, points: { show: false }, fill: faint("--accent", 12), paths: uPlot.paths.stepped({ align: 1 }) }],
    }),
    reading: () => ({
      series: [
        {},
        { stroke: colour("--accent"), width: 2, points: { show: false } },
        { stroke: faint("--warning", 80), width: 1, points: { show: false } },
        { stroke: faint("--warning", 80), width: 1, points: { show: false } },
      ],
      bands: [{ series: [3, 2], fill: faint("--warning", 30) }],
    }),
  };

  const moments = (zone, span) => {
    const day = { timeZone: zone, day: "numeric", month: "short" };
    const hour = { timeZone: zone, hour: "numeric", minute: "2-digit", hourCycle: "h23" };
    const shown = span > 4 * 86400 ? day : span > 86400 ? { ...day, hour: "numeric", hourCycle: "h23" } : span > 300 ? hour : { ...hour, second: "2-digit" };
    const format = new Intl.DateTimeFormat(language, shown);
    return (plot, splits) => splits.map((at) => format.format(new Date(at * 1000)));
  };

  const draw = (figure) => {
    const data = columns(figure);
    if (data.length < 2 || data[0].length < 2) return;
    let place = figure.querySelector(".plot");
    if (!place) {
      place = document.createElement("div");
      place.className = "plot";
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", figure.getAttribute("aria-label"));
      figure.querySelector("details").before(place);
    }
    place.replaceChildren();
    const axis = { stroke: colour("--quiet"), font: "12px sans-serif", grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false } };
    const span = data[0][data[0].length - 1] - data[0][0];
    new uPlot({
      width: place.clientWidth, height: 220, legend: { show: false }, cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: true }, y: { range: (plot, low, high) => [0, Math.max(1, high * 1.05)] } },
      axes: [
        { ...axis, space: 90, grid: { show: false }, values: moments(figure.dataset.zone, span) },
        { ...axis, size: 64, values: (plot, splits) => splits.map((one) => (Number.isInteger(one) ? number.format(one) : "")) },
      ],
      ...series[figure.dataset.chart](),
    }, data, place);
  };

  const all = () => {
    if (typeof uPlot === "undefined") return;
    for (const figure of document.querySelectorAll("figure[data-chart]")) draw(figure);
  };
  addEventListener("load", all);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  let later = 0;
  addEventListener("resize", () => { clearTimeout(later); later = setTimeout(all, 150); });
})();
