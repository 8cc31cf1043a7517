"use strict";
/* The language of issue files for CodeMirror: Markdown with front matter, `::: components` and {{ personal fields }}. */
window.IssueLanguage = (() => {
  const { Language, defineLanguageFacet, HighlightStyle, syntaxHighlighting, markdownParser, Table, Strikethrough, tags } = CodeMirror;
  const EDGE = /^---\s*$/;
  const FENCE = /^\s*:{3,}/;
  const KEY = /^(\s*)([\w.-]+):/;

  const front = {
    name: "FrontMatter",
    before: "HorizontalRule",
    parse(cx, line) {
      if (cx.lineStart !== 0 || !EDGE.test(line.text)) return false;
      const parts = [cx.elt("FrontMark", 0, line.text.length)];
      while (cx.nextLine()) {
        const start = cx.lineStart;
        if (EDGE.test(line.text)) {
          parts.push(cx.elt("FrontMark", start, start + line.text.length));
          cx.nextLine();
          break;
        }
        const key = KEY.exec(line.text);
        if (key) parts.push(cx.elt("FrontKey", start + key[1].length, start + key[0].length));
      }
      cx.addElement(cx.elt("FrontMatter", 0, parts[parts.length - 1].to, parts));
      return true;
    },
  };

  const fence = {
    name: "Directive",
    before: "SetextHeading",
    parse(cx, line) {
      if (!FENCE.test(line.text)) return false;
      cx.addElement(cx.elt("Directive", cx.lineStart, cx.lineStart + line.text.length));
      cx.nextLine();
      return true;
    },
    endLeaf: (_cx, line) => FENCE.test(line.text),
  };

  const slot = {
    name: "Slot",
    before: "Escape",
    parse(cx, next, at) {
      if (next !== 123 || cx.char(at + 1) !== 123) return -1;
      const end = cx.slice(at, cx.end).indexOf("}}");
      return end < 0 ? -1 : cx.addElement(cx.elt("Slot", at, at + end + 2));
    },
  };

  const parser = markdownParser.configure([Table, Strikethrough, {
    defineNodes: [
      { name: "FrontMatter", block: true }, { name: "FrontKey", style: tags.propertyName }, { name: "FrontMark", style: tags.meta },
      { name: "Directive", block: true, style: tags.keyword }, { name: "Slot", style: tags.special(tags.variableName) },
    ],
    parseBlock: [front, fence],
    parseInline: [slot],
  }]);

  const language = new Language(defineLanguageFacet(), parser, [], "issue");
  const style = HighlightStyle.define([
    { tag: tags.heading, fontWeight: "600" },
    { tag: tags.strong, fontWeight: "600" },
    { tag: tags.emphasis, fontStyle: "italic" },
    { tag: tags.strikethrough, textDecoration: "line-through" },
    { tag: [tags.link, tags.url], color: "var(--accent)" },
    { tag: [tags.processingInstruction, tags.meta, tags.contentSeparator, tags.propertyName], color: "var(--quiet)" },
    { tag: [tags.keyword, tags.special(tags.variableName)], color: "var(--accent)" },
    { tag: tags.monospace, color: "var(--quiet)" },
  ]);
  return [language, syntaxHighlighting(style)];
})();
