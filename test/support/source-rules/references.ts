import { posix } from "node:path";
import type { SourceFile } from "./source-tree.ts";

/** What a reference may point to. */
export interface Targets {
  /** Files and folders, from the project's root. */
  readonly paths: ReadonlySet<string>;
  readonly npmScripts: ReadonlySet<string>;
  /** Every identifier in code. */
  readonly identifiers: ReadonlySet<string>;
  /** The anchors of each page, by the page's path. */
  readonly anchors: ReadonlyMap<string, ReadonlySet<string>>;
}

const projectPath =
  /(?<![\w/.-])(?:dist\/)?(?:daemon|drivers|sync|test|examples|docs|systemd|lint)\/[\w./-]*\w/g;
const fileName = /(?<![\w/.*-])[a-z0-9][\w.-]*\.(?:ts|md|grit|sh)\b(?![\w/-])/g;
const npmScript = /\bnpm run (?:--silent )?([\w:-]*\w)/g;
const symbolLink = /\{@link ([A-Za-z_$][\w$]*)/g;
const markdownLink = /\]\(([^)\s]+)\)/g;

/** Returns the references in a page that lead nowhere. */
export function deadReferencesInPage(page: SourceFile, targets: Targets): string[] {
  return [
    ...deadNames(page.text, targets),
    ...found(page.text, markdownLink).filter((link) => !isLinkAlive(page.path, link, targets)),
  ];
}

/** Returns the references in a source file's comments that lead nowhere. */
export function deadReferencesInComments(file: SourceFile, targets: Targets): string[] {
  const comments = commentsOf(file.text);
  const folder = posix.dirname(file.path);
  const dead = deadNames(comments, targets).filter(
    (name) => !targets.paths.has(posix.join(folder, name)),
  );
  const links = found(comments, symbolLink).filter((name) => !targets.identifiers.has(name));
  return [...dead, ...links.map((name) => `{@link ${name}}`)];
}

/** Returns the anchors of a page as GitHub makes them from its headings. */
export function anchorsOf(text: string): Set<string> {
  const headings = found(text, /^#+ (.+)$/gm);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Returns the identifiers in a source file's code. */
export function identifiersIn(text: string): string[] {
  const code = text
    .split("\n")
    .filter((line) => !isCommentLine(line))
    .join("\n");
  return found(code, /([A-Za-z_$][\w$]*)/g);
}

function deadNames(text: string, targets: Targets): string[] {
  const names = new Set([...targets.paths].map((path) => posix.basename(path)));
  return [
    ...found(text, projectPath).filter((path) => !isPathAlive(path, targets)),
    ...found(text, fileName).filter((name) => !names.has(name)),
    ...found(text, npmScript)
      .filter((script) => !targets.npmScripts.has(script))
      .map((script) => `npm run ${script}`),
  ];
}

/** A path in dist/ stands for its source. Tables may leave out `.ts`, and `test/unit/` of a unit test. */
function isPathAlive(path: string, { paths }: Targets): boolean {
  const source = path.replace(/^dist\/(.*)\.js$/, "$1.ts");
  const spellings = [source, `${source}.ts`, `test/unit/${source}.test.ts`];
  return spellings.some((spelling) => paths.has(spelling));
}

function isLinkAlive(page: string, link: string, targets: Targets): boolean {
  if (/^[a-z]+:/.test(link)) return true;
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : posix.normalize(posix.join(posix.dirname(page), path));
  if (!targets.paths.has(target.replace(/\/$/, ""))) return false;
  return anchor === undefined || targets.anchors.get(target)?.has(anchor) === true;
}

function commentsOf(text: string): string {
  const comments = text.split("\n").flatMap((line) => {
    if (line.includes("biome-ignore")) return [];
    if (isCommentLine(line)) return [line];
    const [, comment] = /\s\/\/ (.*)$/.exec(line) ?? [];
    return comment === undefined ? [] : [comment];
  });
  return comments.join("\n");
}

function isCommentLine(line: string): boolean {
  return /^\s*(?:\/\/|\/\*|\*)/.test(line);
}

/** The first group of each match, or the whole match where the pattern has no group. */
function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([whole, group]) => group ?? whole);
}
