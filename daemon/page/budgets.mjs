/*
 * The budgets of the page, bytes after gzip. A build above one of them fails, because the page is loaded on a
 * phone in a stairwell, from a Raspberry Pi.
 */

/** HTML is not counted: it is under 1 KB. */
const limits = { firstLoad: 45 * 1024, screen: 12 * 1024, language: 8 * 1024 };

/**
 * Checks what Vite's manifest says is loaded first, by a screen, and by a language.
 * @param manifest entries by source file: {file, css?, imports?, dynamicImports?, isEntry?}
 * @param {Map<string, number>} gzipBytes by file in the output
 * @throws Error that names each chunk above its budget
 */
export function checkBudgets(manifest, gzipBytes) {
  const entry = Object.keys(manifest).find((name) => manifest[name].isEntry === true);
  if (entry === undefined) throw new Error("the page has no entry");
  const first = filesOf(manifest, entry, new Set());
  const lines = [["first load", sum(first, gzipBytes), limits.firstLoad]];
  for (const [name, { isDynamicEntry }] of Object.entries(manifest)) {
    if (isDynamicEntry !== true) continue;
    const own = [...filesOf(manifest, name, new Set())].filter((file) => !first.has(file));
    const limit = kindOf(name);
    if (limit !== null) lines.push([name, sum(own, gzipBytes), limit]);
  }
  const above = lines.filter(([, bytes, limit]) => bytes > limit);
  for (const [name, bytes, limit] of lines) {
    console.log(`page ${name}: ${(bytes / 1024).toFixed(1)} KiB of ${limit / 1024}`);
  }
  if (above.length > 0) throw new Error(`above the budget: ${above.map(([n]) => n).join(", ")}`);
}

/** Returns the limit of a lazy chunk. Null for what is loaded on "scan" only: it holds wasm. */
function kindOf(name) {
  if (name.startsWith("src/texts/")) return limits.language;
  return name.includes("scan/") || name.includes("node_modules") ? null : limits.screen;
}

/** Returns an entry's file, its styles, and those of everything that it imports at once. */
function filesOf(manifest, name, seen) {
  if (seen.has(name)) return new Set();
  seen.add(name);
  const { file, css = [], imports = [] } = manifest[name];
  const files = new Set([file, ...css]);
  for (const one of imports) for (const path of filesOf(manifest, one, seen)) files.add(path);
  return files;
}

function sum(files, gzipBytes) {
  return [...files].reduce((total, file) => total + (gzipBytes.get(file) ?? 0), 0);
}
