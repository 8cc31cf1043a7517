"use strict";
/* Rows of a segment: only the tests and values that fit the chosen field. Without this script the server says what does not fit. */
(() => {
  const DAYS = new Set(["consent_on", "consent_expires_on"]);
  const LISTED = new Set(["tags", "segment"]);
  const fit = (row) => {
    const [field, test] = row.querySelectorAll("select");
    const value = row.querySelector("input");
    if (!field || !test || !value) return;
    const days = DAYS.has(field.value);
    for (const option of test.options) {
      const kind = option.dataset.days;
      const listed = LISTED.has(field.value) && !/^(is|is-not|known|unknown)$/.test(option.value);
      const segment = field.value === "segment" && /known/.test(option.value);
      const wrong = (kind !== "both" && (kind === "yes") !== days) || listed || segment;
      option.hidden = option.disabled = wrong;
    }
    if (test.selectedOptions[0].disabled) test.value = days ? "from" : "is";
    const bare = test.selectedOptions[0].dataset.days === "both";
    if (bare) { value.dataset.bare = "yes"; } else { delete value.dataset.bare; }
    const type = days ? "date" : "text";
    if (value.type !== type) { value.value = ""; value.type = type; }
    const offered = document.getElementById(`offered-${field.value}`);
    if (offered) value.setAttribute("list", offered.id); else value.removeAttribute("list");
  };
  const rows = document.querySelectorAll(".conditions > li");
  for (const row of rows) {
    const days = DAYS.has(row.querySelector("select")?.value);
    const value = row.querySelector("input");
    if (days && value && /^\d{4}-\d{2}-\d{2}$/.test(value.value)) value.type = "date";
    fit(row);
    row.addEventListener("change", () => fit(row));
  }
})();
