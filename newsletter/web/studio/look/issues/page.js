"use strict";
/* The issue's page: an editor a language, the preview of what is not saved yet, saving in pauses, conflicts, blocks that move.
   Without this script the texts are plain fields with a button to save. */
(() => {
  const root = document.getElementById("issue");
  const base = `/issues/${root.dataset.slug}/`;
  const token = document.querySelector('meta[name="form-token"]').content;
  const pane = () => document.getElementById("pane");
  const { EditorView, EditorState, Transaction, keymap } = CodeMirror;
  const PICTURE_AFTER = 40, REMARKS_AFTER = 700, SAVE_AFTER = 1500, FORM_AFTER = 900; // ms of a pause in typing

  /* --- asking the studio --- */

  const post = async (name, body) => {
    const headers = { "X-Form-Token": token, "X-Form-Id": crypto.randomUUID(), "HX-Request": "true" };
    const answer = await fetch(base + name, { method: "POST", body, headers });
    const isJson = (answer.headers.get("content-type") || "").includes("json");
    return { answer, value: isJson ? await answer.json() : await answer.text() };
  };
  /* One at a time, and only the newest of those that wait. */
  const newest = (act) => {
    let running = false, again = false;
    const run = async () => {
      if (running) { again = true; return; }
      running = true;
      do { again = false; try { await act(); } catch { state(root.dataset.lost, "wrong"); } } while (again);
      running = false;
    };
    return run;
  };
  const later = (act, ms) => { let timer = 0; return () => { clearTimeout(timer); timer = setTimeout(act, ms); }; };

  const status = document.querySelector("[data-status]");
  const state = (text, kind = "") => { if (status.textContent !== text) status.textContent = text; status.dataset.kind = kind; };
  const told = document.querySelector("[data-told]");
  const tell = (text) => { told.textContent = text; };

  /* --- one paper a language --- */

  const papers = new Map();
  let edited = root.dataset.edited;
  const here = () => papers.get(edited);
  const textOf = (paper) => paper.view.state.doc.toString();
  const isUnsaved = (paper) => textOf(paper) !== paper.kept;

  const Outside = CodeMirror.Annotation.define(); // a change that is the file's, not the author's

  const replaced = (paper, text, outside) => {
    const old = textOf(paper);
    if (old === text) return;
    let from = 0;
    while (from < Math.min(old.length, text.length) && old[from] === text[from]) from++;
    let end = 0;
    while (end < Math.min(old.length, text.length) - from && old[old.length - 1 - end] === text[text.length - 1 - end]) end++;
    paper.view.dispatch({
      changes: { from, to: old.length - end, insert: text.slice(from, text.length - end) },
      annotations: outside ? [Outside.of(true)] : [Transaction.userEvent.of("input.issue")],
      scrollIntoView: false,
    });
  };

  const changed = (paper, update) => {
    if (!update.docChanged) return;
    showSoon();
    remarkSoon();
    formSoon();
    if (update.transactions.some((one) => one.annotation(Outside))) return;
    if (!paper.conflict) { state(root.dataset.unsaved); saveSoon(); }
  };

  const pictures = IssuePictures(post, (lines, at) => insert(lines, at), tell);

  const theme = EditorView.theme({
    ".cm-collapsedLines, .cm-collapsedLines:hover": { background: "var(--tint)", color: "var(--quiet)", padding: "4px 12px" },
    ".cm-collapsedLines::before, .cm-collapsedLines::after": { content: '"" !important' },
    "&": { fontSize: "14px", backgroundColor: "var(--surface)", color: "var(--ink)", height: "100%" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "22px", overflow: "auto" },
    ".cm-content": { padding: "16px 0", caretColor: "var(--accent)" },
    ".cm-line": { padding: "0 20px 0 12px" },
    ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
    ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--quiet)", border: "none" },
    ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--tint) 55%, transparent)" },
    "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection": { backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent) !important" },
    ".cm-tooltip, .cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)", borderColor: "var(--line)" },
    ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--tint)", color: "var(--ink)" },
    ".cm-diagnostic": { fontFamily: "var(--sans)" },
    ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warning)", textUnderlineOffset: "3px" },
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--danger)", textUnderlineOffset: "3px" },
    ".cm-lintRange-info": { backgroundImage: "none", textDecoration: "underline dotted var(--quiet)", textUnderlineOffset: "3px" },
    ".cm-merge-a .cm-changedText, .cm-merge-b .cm-changedText": { background: "var(--warning-tint)" },
    ".cm-changedLine": { backgroundColor: "var(--warning-tint) !important" },
  });

  const entries = [...document.querySelectorAll("[data-insert]")];
  const offered = (context) => {
    const before = context.matchBefore(/^\s*:{3,}\s*[\w-]*/);
    if (!before) return null;
    const code = edited;
    return {
      from: before.from,
      filter: true,
      options: entries.filter((one) => one.dataset.insert !== "slot").map((one) => ({
        label: "::: " + one.dataset.insert,
        detail: one.querySelector("b").textContent,
        info: one.querySelector("span").textContent,
        apply: (one.getAttribute("data-lines-" + code) || "").replace(/\n$/, ""),
      })),
    };
  };

  const phrases = EditorState.phrases.of(JSON.parse(root.dataset.phrases));
  const setup = (paper) => [
    phrases, EditorView.cspNonce.of(root.dataset.nonce),
    CodeMirror.lineNumbers(), CodeMirror.highlightSpecialChars(), CodeMirror.history(), CodeMirror.drawSelection(), CodeMirror.dropCursor(),
    CodeMirror.bracketMatching(), CodeMirror.highlightActiveLine(), CodeMirror.highlightActiveLineGutter(), CodeMirror.highlightSelectionMatches(),
    CodeMirror.search({ top: true }), EditorView.lineWrapping, ...IssueLanguage, theme,
    CodeMirror.autocompletion({ override: [offered], activateOnTyping: true }),
    keymap.of([
      { key: "Alt-Shift-ArrowUp", run: () => (move("up"), true) },
      { key: "Alt-Shift-ArrowDown", run: () => (move("down"), true) },
      { key: "Mod-s", run: () => (save(), true) },
      ...CodeMirror.completionKeymap, ...CodeMirror.searchKeymap, ...CodeMirror.historyKeymap, ...CodeMirror.defaultKeymap,
    ]),
    EditorView.contentAttributes.of({ tabindex: "0", "aria-label": paper.label, lang: paper.code, spellcheck: "true", autocapitalize: "sentences" }),
    EditorView.domEventHandlers({
      drop: (event, view) => pictures.taken(event.dataTransfer, view.posAtCoords({ x: event.clientX, y: event.clientY })) && (event.preventDefault(), true),
      paste: (event, view) => pictures.taken(event.clipboardData, view.state.selection.main.head) && (event.preventDefault(), true),
    }),
    EditorView.updateListener.of((update) => changed(paper, update)),
  ];

  for (const place of document.querySelectorAll("[data-paper]")) {
    const area = place.querySelector("[data-text]");
    const form = place.querySelector("form");
    const paper = {
      code: place.dataset.paper, path: place.dataset.path, named: place.dataset.languageName, place,
      digest: form.elements.digest.value, kept: area.value, label: form.querySelector("label").textContent, conflict: null,
    };
    const made = document.createElement("div");
    made.className = "editor";
    form.before(made);
    form.hidden = true;
    paper.view = new EditorView({ state: EditorState.create({ doc: area.value, extensions: setup(paper) }), parent: made });
    papers.set(paper.code, paper);
  }

  const texts = () => {
    const body = new FormData();
    for (const paper of papers.values()) body.append("text-" + paper.code, textOf(paper));
    body.append("language", edited);
    return body;
  };

  /* --- the preview of what is being written --- */

  let look = new URLSearchParams(location.search);
  let shown = pane().dataset.shown;
  const show = newest(async () => {
    const body = texts();
    for (const [name, value] of look) body.set(name, value);
    body.set("lang", shown);
    body.set("shown", shown);
    const { answer, value } = await post("show", body);
    if (answer.ok) await IssuePane.render(value);
    else if (answer.status === 413) tell(root.dataset.tooLarge);
  });
  const showSoon = later(show, PICTURE_AFTER);
  IssuePane.choose = (query) => {
    look = query;
    if (query.get("lang") && query.get("lang") !== shown) shown = query.get("lang");
    show();
  };

  /* --- remarks, in their place in the text, too --- */

  const underlined = () => {
    for (const paper of papers.values()) {
      const doc = paper.view.state.doc;
      const found = [...document.querySelectorAll(`#remarks [data-line]`)].filter((one) => one.dataset.file === paper.path && Number(one.dataset.line));
      const diagnostics = found.map((one) => {
        const line = doc.line(Math.min(Number(one.dataset.line), doc.lines));
        const start = line.from + Math.min(Math.max(Number(one.dataset.column) - 1, 0), line.length);
        const word = /^[^\s.,;:!?]+/.exec(doc.sliceString(start, line.to));
        const to = Number(one.dataset.column) > 1 && word ? start + word[0].length : line.to;
        return { from: Number(one.dataset.column) > 1 ? start : line.from, to, severity: one.dataset.severity, message: one.querySelector(".what").innerText };
      });
      paper.view.dispatch(CodeMirror.setDiagnostics(paper.view.state, diagnostics));
    }
    for (const field of document.querySelectorAll("[data-remark-for]")) {
      const of = document.querySelector(`#remarks [data-field="${CSS.escape(field.dataset.remarkFor.split(".")[0])}"]`);
      const own = field.closest("fieldset").lang;
      const fits = of && (!own || !of.dataset.file || of.dataset.file === here().path);
      field.hidden = !fits;
      field.textContent = fits ? of.querySelector(".what").innerText : "";
      field.dataset.severity = fits ? of.dataset.severity : "";
    }
  };
  const remark = newest(async () => {
    const { answer, value } = await post("remarks", texts());
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(value, "text/html").getElementById("remarks");
    const now = document.getElementById("remarks");
    if (next && now.innerHTML !== next.innerHTML) {
      const open = new Set([...now.querySelectorAll("details[open]")].map((one) => one.dataset.key));
      now.replaceChildren(...next.childNodes);
      for (const one of now.querySelectorAll("details")) one.open = open.has(one.dataset.key);
    }
    underlined();
    document.getElementById("remarks").dataset.remarked = String(performance.now());
  });
  const remarkSoon = later(remark, REMARKS_AFTER);

  const goTo = (item) => {
    const paper = [...papers.values()].find((one) => one.path === item.dataset.file);
    if (!paper) return;
    open(paper.code);
    const form = document.querySelector("details.front-form");
    const field = item.dataset.field && form.open && document.querySelector(`[data-field="${CSS.escape(item.dataset.field)}"] :is(input, select)`);
    const line = paper.view.state.doc.line(Math.min(Number(item.dataset.line), paper.view.state.doc.lines));
    const at = line.from + Math.min(Math.max(Number(item.dataset.column) - 1, 0), line.length);
    paper.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    if (field) field.focus(); else paper.view.focus();
  };

  /* --- saving --- */

  const keepOne = async (paper) => {
    const text = textOf(paper);
    const body = new FormData();
    body.append("language", paper.named);
    body.append("text", text);
    body.append("digest", paper.digest);
    const { answer, value } = await post("keep", body);
    if (answer.ok) {
      paper.digest = value.digest;
      paper.kept = text;
    } else if (answer.status === 409 && value.theirs !== undefined) {
      if (text === paper.kept) {
        paper.digest = value.digest;
        paper.kept = value.theirs;
        replaced(paper, value.theirs, true);
      } else conflict(paper, text, value);
    } else {
      state(answer.status === 413 ? root.dataset.tooLarge : (value && value.trouble) || root.dataset.lost, "wrong");
      return false;
    }
    return true;
  };
  const save = newest(async () => {
    const waiting = [...papers.values()].filter((paper) => !paper.conflict && isUnsaved(paper));
    if (waiting.length) state(root.dataset.saving);
    let good = true;
    for (const paper of waiting) good = (await keepOne(paper)) && good;
    if ([...papers.values()].some((paper) => paper.conflict)) state(root.dataset.conflict, "wrong");
    else if (good) state([...papers.values()].some(isUnsaved) ? root.dataset.unsaved : root.dataset.saved, "good");
  });
  const saveSoon = later(save, SAVE_AFTER);
  addEventListener("beforeunload", (event) => { if ([...papers.values()].some(isUnsaved)) { save(); event.preventDefault(); } });

  const line = new EventSource(base + "live");
  line.onmessage = async (event) => {
    const digests = JSON.parse(event.data);
    for (const paper of papers.values()) {
      const now = digests[paper.named];
      if (now !== undefined && now !== paper.digest && !paper.conflict) await keepOne(paper);
    }
  };

  /* --- a conflict: both texts, three ways on, nothing overwritten --- */

  const section = document.getElementById("conflict");
  const conflict = (paper, mine, there) => {
    paper.conflict = there;
    open(paper.code);
    state(root.dataset.conflict, "wrong");
    const merge = section.querySelector("[data-merge]");
    merge.replaceChildren();
    const shared = [phrases, EditorView.cspNonce.of(root.dataset.nonce), EditorView.lineWrapping, theme, ...IssueLanguage];
    const labelled = (text) => EditorView.contentAttributes.of({ tabindex: "0", "aria-label": text, lang: paper.code });
    paper.merge = new CodeMirror.MergeView({
      a: { doc: mine, extensions: [...shared, CodeMirror.history(), keymap.of([...CodeMirror.historyKeymap, ...CodeMirror.defaultKeymap]), labelled(merge.dataset.mine)] },
      b: { doc: there.theirs, extensions: [...shared, EditorState.readOnly.of(true), labelled(merge.dataset.theirs)] },
      parent: merge, collapseUnchanged: { margin: 3, minSize: 6 }, gutter: true, revertControls: "b-to-a",
    });
    section.dataset.language = paper.code;
    section.hidden = false;
    section.focus();
    section.scrollIntoView({ block: "start" });
  };
  const settle = async (choice) => {
    const paper = papers.get(section.dataset.language);
    if (!paper || !paper.conflict) return;
    const joined = paper.merge.a.state.doc.toString();
    const body = new FormData();
    body.append("language", paper.named);
    body.append("text", choice === "joined" ? joined : textOf(paper));
    body.append("digest", paper.conflict.digest);
    body.append("choice", choice);
    const { answer, value } = await post("keep-settled", body);
    if (answer.status === 409 && value.theirs !== undefined) { paper.merge.destroy(); conflict(paper, joined, value); return; }
    if (!answer.ok) { state(value.trouble || root.dataset.lost, "wrong"); return; }
    paper.conflict = null;
    paper.merge.destroy();
    section.hidden = true;
    paper.digest = value.digest;
    paper.kept = value.text;
    replaced(paper, value.text, true);
    state(root.dataset.saved, "good");
    paper.view.focus();
    showSoon();
    remarkSoon();
  };

  /* --- blocks that move, pieces that are put in --- */

  const applied = (made) => {
    for (const [code, text] of Object.entries(made)) if (papers.has(code)) replaced(papers.get(code), text, false);
  };
  const move = async (way) => {
    const paper = here();
    const head = paper.view.state.selection.main.head;
    const at = paper.view.state.doc.lineAt(head);
    const body = texts();
    body.append("line", String(at.number));
    body.append("way", way);
    const { answer, value } = await post("move", body);
    if (!answer.ok) { tell(value.trouble || root.dataset.lost); return; }
    applied(value.texts);
    const first = paper.view.state.doc.line(value.line);
    paper.view.dispatch({ selection: { anchor: first.from }, scrollIntoView: true });
    paper.view.focus();
    tell(value.said);
  };

  const insert = (lines, at = null) => {
    const { view } = here();
    const doc = view.state.doc;
    const isBlock = lines.endsWith("\n");
    let from = at ?? view.state.selection.main.head;
    let text = lines.replace(/\n$/, "");
    if (isBlock) { // behind the block that the cursor stands in, with an empty line on both sides
      let number = doc.lineAt(from).number;
      while (number < doc.lines && doc.line(number).text.trim()) number++;
      const stands = doc.line(number);
      if (stands.text.trim()) { // the last line of all
        from = stands.to;
        text = "\n\n" + text + "\n";
      } else {
        from = stands.from;
        text = (number > 1 && doc.line(number - 1).text.trim() ? "\n" : "") + text + "\n";
      }
    }
    view.dispatch({ changes: { from, insert: text }, selection: { anchor: from + text.length }, scrollIntoView: true, userEvent: "input" });
    view.focus();
  };

  /* --- languages --- */

  const open = (code) => {
    if (!papers.has(code)) return;
    edited = code;
    for (const paper of papers.values()) paper.place.hidden = paper.code !== code;
    mark();
    form();
    here().view.requestMeasure();
  };
  const mark = () => {
    for (const link of document.querySelectorAll(".write-tools [data-language], .write-tools [data-shown]")) {
      const now = link.dataset.language ? link.dataset.language === edited && shown !== document.querySelector(".write-tools [data-shown]")?.dataset.shown : link.dataset.shown === shown;
      if (now) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    }
  };

  /* --- the form above the text --- */

  const front = document.querySelector("form[data-front]");
  const form = newest(async () => {
    if (!front.closest("details").open || front.contains(document.activeElement)) return;
    const { answer, value } = await post("form", texts());
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(value, "text/html").querySelector("[data-part=front]");
    const now = front.querySelector("[data-part=front]");
    if (next && now && !front.contains(document.activeElement)) { now.replaceWith(document.importNode(next, true)); underlined(); }
  });
  const formSoon = later(form, FORM_AFTER);
  const fill = newest(async () => {
    const body = texts();
    for (const [name, value] of new FormData(front)) body.append(name, value);
    const { answer, value } = await post("fill", body);
    if (answer.ok) { applied(value.texts); tell(""); } else tell(value.trouble || root.dataset.lost);
  });
  const fillSoon = later(fill, 250);
  front.addEventListener("input", fillSoon);
  front.addEventListener("submit", (event) => { event.preventDefault(); fill(); });
  front.closest("details").addEventListener("toggle", () => form());

  /* --- the page's buttons --- */

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-insert], [data-go], [data-move], [data-undo], [data-settle], [data-language], .write-tools [data-shown]");
    if (!target) {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
      return;
    }
    if (target.matches("a") && (event.metaKey || event.ctrlKey || event.shiftKey)) return;
    event.preventDefault();
    if (target.dataset.insert) {
      target.closest("details").open = false;
      insert(target.getAttribute("data-lines-" + edited) || "");
    } else if (target.hasAttribute("data-go")) goTo(target.closest("[data-line]"));
    else if (target.dataset.move) move(target.dataset.move);
    else if (target.hasAttribute("data-undo")) { CodeMirror.undo(here().view); here().view.focus(); }
    else if (target.dataset.settle) settle(target.dataset.settle);
    else {
      shown = target.dataset.language || target.dataset.shown;
      look.set("lang", shown);
      history.replaceState(null, "", "?" + look);
      open(target.dataset.language || edited);
      show();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  });
  const find = document.querySelector("[data-palette-find]");
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    for (const one of document.querySelectorAll("[data-entry]")) one.hidden = !one.querySelector("button").innerText.toLowerCase().includes(wanted);
  });

  state(root.dataset.saved, "good");
  underlined();
  root.dataset.ready = "yes";
  window.issuePapers = papers; // for whoever looks from the console, and for tests
})();
