import { charactersOf, displayWidth, widthOf } from "./display-width.ts";

/**
 * Returns the lines of a text, each at most `width` columns wide. It breaks at spaces, between wide characters, and
 * inside a word only if that is longer than a line.
 */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const line of text.split("\n")) lines.push(...wrapLine(line, Math.max(2, width)));
  return lines;
}

/** Returns the text with line ends, its further lines indented. @param width includes the indents */
export function indentText(
  text: string,
  {
    first,
    further,
    width,
  }: { readonly first: string; readonly further: string; readonly width: number },
): string {
  const lines = wrapText(text, width - Math.max(displayWidth(first), displayWidth(further)));
  return lines.map((line, index) => `${index === 0 ? first : further}${line}\n`).join("");
}

function wrapLine(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = "";
  for (const piece of piecesOf(line)) {
    if (displayWidth(current + piece.trimEnd()) <= width) {
      current += piece;
      continue;
    }
    if (current.trim() !== "") lines.push(current.trimEnd());
    current = "";
    for (const part of partsOf(piece, width)) {
      if (displayWidth(current + part.trimEnd()) > width) {
        lines.push(current.trimEnd());
        current = "";
      }
      current += part;
    }
  }
  return [...lines, current.trimEnd()];
}

/** Words with the spaces after them; a wide character is a piece of its own. */
function piecesOf(line: string): readonly string[] {
  const pieces: string[] = [];
  let word = "";
  for (const character of charactersOf(line)) {
    if (widthOf(character) === 2) {
      if (word !== "") pieces.push(word);
      pieces.push(character);
      word = "";
      continue;
    }
    if (character !== " " && word.endsWith(" ")) {
      pieces.push(word);
      word = "";
    }
    word += character;
  }
  return word === "" ? pieces : [...pieces, word];
}

/** A piece that is longer than a line is divided into characters. */
function partsOf(piece: string, width: number): readonly string[] {
  return displayWidth(piece.trimEnd()) <= width ? [piece] : charactersOf(piece);
}
