/**
 * Characters that change how the text around them is shown: controls (line feeds among them), line and
 * paragraph separators, and the marks, embeddings, overrides and isolates of the Unicode bidirectional
 * algorithm (UAX 9). With them a name can look like another name, or like a line of latchd's output. The same
 * is true for invisible characters: spaces and joiners without width, tags, a lone surrogate.
 */
const hidden =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const everyHidden = new RegExp(hidden.source, "gu");

/** Returns the first character that a name must not contain as `U+XXXX`, or null if there is none. */
export function hiddenCharacter(text: string): string | null {
  const [found] = hidden.exec(text) ?? [];
  const point = found?.codePointAt(0);
  if (point === undefined) return null;
  return `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Returns the text with U+FFFD instead of each such character. For texts of devices and of old records. */
export function cleanText(text: string): string {
  return text.replaceAll(everyHidden, "\u{fffd}");
}
