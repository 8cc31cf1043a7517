// What the studio's editor uses of CodeMirror 6, under one name: window.CodeMirror.
export { Compartment, EditorSelection, EditorState, StateEffect, StateField, Transaction, Annotation } from "@codemirror/state";
export {
  EditorView, ViewPlugin, Decoration, WidgetType, keymap, drawSelection, dropCursor, highlightActiveLine,
  highlightActiveLineGutter, highlightSpecialChars, lineNumbers,
} from "@codemirror/view";
export { history, historyKeymap, defaultKeymap, undo, redo } from "@codemirror/commands";
export { Language, defineLanguageFacet, HighlightStyle, syntaxHighlighting, bracketMatching } from "@codemirror/language";
export { search, searchKeymap, highlightSelectionMatches } from "@codemirror/search";
export { autocompletion, completionKeymap, snippet } from "@codemirror/autocomplete";
export { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
export { MergeView } from "@codemirror/merge";
export { parser as markdownParser, Table, Strikethrough } from "@lezer/markdown";
export { tags } from "@lezer/highlight";
