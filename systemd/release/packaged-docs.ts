import { posix } from "node:path";

/** Pages for people who build latchd; the package has those for people who run it. */
const pagesOfSource: ReadonlySet<string> = new Set([
  "docs/acceptance.md",
  "docs/architecture.md",
  "docs/architecture.rooms.txt",
  "docs/architecture.svg",
  "docs/bench.md",
  "docs/simulation.md",
]);

/** Where files that are not below docs/ lie in the package's folder of documents. */
const otherPages: ReadonlyMap<string, string> = new Map([
  ["README.md", "README.md"],
  ["README.zh-CN.md", "README.zh-CN.md"],
  ["SECURITY.md", "SECURITY.md"],
  ["CHANGELOG.md", "CHANGELOG.md"],
  ["LICENSE", "copyright"],
  ["systemd/latchd.yaml", "latchd.yaml"],
]);

/**
 * Returns where a file of the source lies in the package's folder of documents; null if the package is without it.
 * @param path from the project's root
 */
export function packagedPath(path: string): string | null {
  const other = otherPages.get(path);
  if (other !== undefined) return other;
  if (!path.startsWith("docs/") || path.startsWith("docs/decisions/")) return null;
  return pagesOfSource.has(path) ? null : path.slice("docs/".length);
}

/**
 * Returns a page as the package has it: its links lead to files of the package, and are plain text if the package is
 * without their target. A page that names files or scripts of the source says which source it means.
 * @param path of the page in the source, from the project's root
 * @param source what the pages' paths belong to, such as "commit 0123abc"
 */
export function packagedPage(path: string, text: string, source: string): string {
  const page = text
    .replace(
      /\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
      (link: string, words: string, target: string) => linkIn(path, { link, words, target }),
    )
    .replace(/(<img src=")([^"]+)(")/g, (_all, before: string, target: string, after: string) => {
      const place = placeOf(path, target);
      return before + (place ?? target) + after;
    })
    .replace(/`docs\/([^`\s]*)`/g, (span: string, rest: string) =>
      packagedPath(`docs/${rest}`) === null ? span : `\`${rest}\``,
    );
  if (!/`(?:test|daemon|drivers|sync|systemd|docs)\/|npm (?:run|ci)/.test(page)) return page;
  const note = `> Paths such as \`test/…\` and commands such as \`npm run …\` are those of latchd's source, ${source}.`;
  return page.replace(/^(# .*\n)/, `$1\n${note}\n`);
}

interface Link {
  readonly link: string;
  readonly words: string;
  readonly target: string;
}

function linkIn(page: string, { link, words, target }: Link): string {
  if (/^[a-z]+:|^#/.test(target)) return link;
  const place = placeOf(page, target);
  return place === null ? words : `[${words}](${place})`;
}

/** Returns a link's target as seen from the page's place in the package; null if the package is without it. */
function placeOf(page: string, target: string): string | null {
  const [file = "", anchor] = target.split("#");
  const path = posix.normalize(posix.join(posix.dirname(page), file)).replace(/\/$/, "");
  const place = isFolder(path) ? path.slice("docs/".length) : packagedPath(path);
  const from = packagedPath(page);
  if (place === null || from === null) return null;
  const relative = posix.relative(posix.dirname(from), place);
  return anchor === undefined ? relative : `${relative}#${anchor}`;
}

function isFolder(path: string): boolean {
  return path === "docs/broker" || path === "docs/page";
}
