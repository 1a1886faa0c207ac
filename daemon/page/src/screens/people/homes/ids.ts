const idLength = 32;

/** Returns an id that says what it is of: the name in plain letters, with a number when it is taken. */
export function freeId(name: string, taken: readonly string[]): string {
  const plain = name
    .trim()
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, idLength);
  const base = plain === "" || plain === "errno" || plain === "errmsg" ? "home" : plain;
  let id = base;
  for (let number = 2; taken.includes(id); number += 1) id = `${base}-${number}`;
  return id;
}
