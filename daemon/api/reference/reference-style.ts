import { createHash } from "node:crypto";

/** The style of the reference: it follows the browser's light or dark mode, and fits a telephone. */
export const referenceStyle = [
  ":root{color-scheme:light dark}",
  "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem;",
  "background:Canvas;color:CanvasText;overflow-wrap:anywhere}",
  "code,pre,td:first-child{font-family:ui-monospace,monospace;font-size:.9em}",
  "pre{padding:.75rem;border:1px solid GrayText;border-radius:.25rem;white-space:pre-wrap}",
  "table{border-collapse:collapse;width:100%}",
  "th,td{border-bottom:1px solid GrayText;padding:.25rem .5rem;text-align:left;vertical-align:top}",
  "h3{border-top:2px solid GrayText;margin-top:2.5rem;padding-top:.5rem}",
  "nav ul{columns:16rem;padding-left:1rem}",
  "a{color:LinkText}",
].join("");

const digest = createHash("sha256").update(referenceStyle).digest("base64");

/** Allows the page its own style and nothing else. */
export const referencePolicy = `default-src 'none'; style-src 'sha256-${digest}'; frame-ancestors 'none'; base-uri 'none'`;
