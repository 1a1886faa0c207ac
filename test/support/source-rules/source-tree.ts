import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { projectRoot } from "../project-root.ts";

export interface SourceFile {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

const root = projectRoot();
const sourceFolders: readonly string[] = [
  "daemon",
  "drivers",
  "sync",
  "systemd",
  "test",
  "examples",
];
const otherFolders: readonly string[] = ["docs", "lint", ".ci"];

/** Returns every TypeScript file of the project. */
export function sourceFiles(): SourceFile[] {
  return filesOf(sourceFolders, (path) => path.endsWith(".ts"));
}

export function lineCount(text: string): number {
  return text.split("\n").length - 1;
}

/** Returns every page of text in the project: the root's pages first. */
export function pages(): SourceFile[] {
  const ofRoot = readdirSync(root).filter((path) => path.endsWith(".md"));
  return [
    ...ofRoot.map(read),
    ...filesOf(["docs", ...sourceFolders], (path) => path.endsWith(".md")),
  ];
}

/** Returns the paths of all files and folders of the project, so that a reference can be looked up. */
export function projectPaths(): Set<string> {
  const folders = [...sourceFolders, ...otherFolders];
  const paths = folders.flatMap((folder) => [folder, ...entriesOf(folder)]);
  return new Set([...readdirSync(root), ...paths]);
}

/** Returns the names of the npm scripts. */
export function npmScripts(): Set<string> {
  const manifest: { scripts: object } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return new Set(Object.keys(manifest.scripts));
}

function filesOf(folders: readonly string[], isWanted: (path: string) => boolean): SourceFile[] {
  return folders.flatMap((folder) => entriesOf(folder).filter(isWanted).map(read));
}

function entriesOf(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => `${folder}/${path.split(sep).join("/")}`)
    .sort();
}

function read(path: string): SourceFile {
  return { path, text: readFileSync(join(root, path), "utf8") };
}
