/**
 * Characters that take two columns of a terminal: East Asian wide and full-width ones (UAX 11), and emoji. As
 * ranges, because JavaScript's regular expressions do not know the property.
 */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]|\ufe0f/u;
/** Marks and format characters take no column. */
const empty = /^[\p{M}\p{Cf}\u1160-\u11ff]+$/u;
const ascii = /^[\x20-\x7e]*$/;

let segmenter: Intl.Segmenter | undefined;

/** Returns what a reader sees as the text's characters. */
export function charactersOf(text: string): readonly string[] {
  if (ascii.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter("en");
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** Returns how many columns of a terminal a text takes. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  return charactersOf(text).reduce((sum, character) => sum + widthOf(character), 0);
}

/** Returns the columns of one character. */
export function widthOf(character: string): number {
  if (wide.test(character)) return 2;
  return empty.test(character) ? 0 : 1;
}

/** Returns the text with spaces after it, up to a width. */
export function padToWidth(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}
