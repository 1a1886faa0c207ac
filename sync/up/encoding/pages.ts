/** The fields of a reply. */
export type Fields = Readonly<Record<string, unknown>>;

/** The limit of pages; a stub replaces a longer reply. */
const maxPages = 256;

/**
 * Cuts a reply at its longest list, so that each page fits. Every page has all other fields, and
 * `page: {number, count, list}`; `list` names the field that is cut.
 * @returns null if there is no list to cut, or if one item alone is too large
 */
export function pagesOf(fields: Fields, fits: (page: Fields) => boolean): readonly Fields[] | null {
  const list = longestListOf(fields);
  if (list === null) return null;
  const { name, items } = list;
  // With the largest numbers, so that the page also fits with the real ones.
  const pageOf = (part: readonly unknown[], number = maxPages, count = maxPages) => ({
    ...fields,
    [name]: part,
    page: { number, count, list: name },
  });
  const parts: unknown[][] = [];
  for (let first = 0; first < items.length; ) {
    const length = longestFit(items.length - first, (count) =>
      fits(pageOf(items.slice(first, first + count))),
    );
    if (length === 0 || parts.length === maxPages) return null;
    parts.push(items.slice(first, first + length));
    first += length;
  }
  return parts.map((part, index) => pageOf(part, index + 1, parts.length));
}

/** Returns the largest count up to `max` that fits, or 0. */
function longestFit(max: number, fits: (count: number) => boolean): number {
  let fitting = 0;
  let above = max + 1;
  while (above - fitting > 1) {
    const middle = Math.floor((fitting + above) / 2);
    if (fits(middle)) fitting = middle;
    else above = middle;
  }
  return fitting;
}

function longestListOf(fields: Fields): { name: string; items: readonly unknown[] } | null {
  let longest: { name: string; items: readonly unknown[] } | null = null;
  let most = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (!Array.isArray(value) || value.length === 0) continue;
    const { length } = JSON.stringify(value);
    if (length <= most) continue;
    most = length;
    longest = { name, items: value };
  }
  return longest;
}
