"use strict";
/* Pictures: dropped on the text, pasted, chosen from a disk or from those of the issue; what they show is asked before they go in. */
window.IssuePictures = (post, insert, tell) => {
  const form = document.querySelector("[data-picture-form]");
  const alt = form.elements.alt;
  let waiting = null; // { file } or { name }, and where it goes

  const ask = (what, at) => {
    waiting = { ...what, at };
    form.querySelector("[data-picture-name]").textContent = what.file ? what.file.name : what.name;
    form.hidden = false;
    alt.value = "";
    alt.focus();
    for (const menu of document.querySelectorAll("details[data-pictures]")) menu.open = false;
  };
  const away = () => { waiting = null; form.hidden = true; };

  const quoted = (text) => '"' + text.replace(/\s+/g, " ").replace(/"([^"]*)"/g, "“$1”").replaceAll('"', "″") + '"';
  const lines = (name, words) => `::: image src="${name}" ${words.trim() ? "alt=" + quoted(words) : "decorative=yes"}\n:::\n`;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!waiting) return;
    const { file, name, at } = waiting;
    const words = alt.value;
    away();
    if (!file) { insert(lines(name, words), at); return; }
    const body = new FormData();
    body.append("picture", file);
    body.append("alt", words);
    const { answer, value } = await post("picture", body);
    if (answer.ok) insert(value.lines, at);
    else tell([value.trouble, value.hint].filter(Boolean).join(" "));
  });
  form.querySelector("[data-picture-away]").addEventListener("click", away);
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") away(); });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-picture-file]") || !event.target.files.length) return;
    ask({ file: event.target.files[0] }, null);
    event.target.value = "";
  });
  document.addEventListener("click", (event) => {
    const there = event.target.closest("[data-there]");
    if (there) ask({ name: there.dataset.there }, null);
  });

  /* For the editor: what was dropped or pasted is a picture, and where. */
  const taken = (transfer, at) => {
    const file = transfer && [...transfer.files].find((one) => one.type.startsWith("image/"));
    if (!file) return false;
    ask({ file }, at);
    return true;
  };
  return { taken };
};
