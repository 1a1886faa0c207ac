/** Past participles of irregular verbs that have been names of files. Regular ones end in "ed". */
const participles: ReadonlySet<string> = new Set(
  (
    "begun come done drawn found given gone heard held kept known left let lost made meant put read said seen sent " +
    "set shown shut spent taken told written"
  ).split(" "),
);

/** Nouns that look like participles. */
const nouns: ReadonlySet<string> = new Set(["read", "set", "seed", "feed", "speed", "need"]);

/** Words that begin a question or a clause, not the name of a thing. */
const clauseWords: ReadonlySet<string> = new Set(
  "what which how why who where when anew".split(" "),
);

/**
 * Returns what is wrong with a file's name, or null. A name is the thing that the file holds: its last word is a noun,
 * so no participle, though a participle may stand before the noun ("suspended-grants").
 */
export function fileNameFault(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/(\.test)?\.ts$/, "");
  const words = name.split("-");
  const last = words.at(-1) ?? "";
  if (!nouns.has(last) && (participles.has(last) || /[^e]ed$/.test(last))) {
    return `ends with the participle "${last}"`;
  }
  const clauseWord = words.find((word) => clauseWords.has(word));
  return clauseWord === undefined ? null : `has the word "${clauseWord}"`;
}
