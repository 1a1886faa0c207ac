import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../project-root.ts";

const folder = join(projectRoot(), "docs", "page");
const pageFile = join(projectRoot(), "docs", "page.md");

/** Returns the file of a screen's picture. */
export function screenshotFile(name: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.jpg`);
}

interface Pictured {
  readonly name: string;
  readonly route: string;
}

const begin = "<!-- pictures: written by npm run docs:page -->";

/**
 * Checks that docs/page.md shows every screen, or writes its list of pictures again.
 * @returns what is missing
 */
export function writeScreenshotPage(
  screens: readonly Pictured[],
  isWriting: boolean,
): readonly string[] {
  const list = screens.map(
    ({ name, route }) => `### \`#${route}\`\n\n![${name}](page/${name}.jpg)`,
  );
  const text = `${begin}\n\n${list.join("\n\n")}\n`;
  const page = readFileSync(pageFile, "utf8");
  const kept = page.slice(0, page.indexOf(begin));
  if (isWriting) writeFileSync(pageFile, `${kept}${text}`);
  else if (page.slice(page.indexOf(begin)) !== text) return ["docs/page.md lists other screens"];
  return screens
    .filter(({ name }) => !existsSync(screenshotFile(name)))
    .map(({ name }) => `docs/page/${name}.jpg is missing`);
}
