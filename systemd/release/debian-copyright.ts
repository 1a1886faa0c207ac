import type { LicensedWork } from "./licence-texts.ts";
import { standardText } from "./standard-licences.ts";

/**
 * Returns the file debian/copyright in the format of https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/:
 * what each installed folder is licensed under. The texts as each author wrote them are in THIRD-PARTY-NOTICES.
 * @param nodeVersion of the Node.js in the package, if it brings one along
 */
export function debianCopyright(
  works: readonly LicensedWork[],
  nodeVersion: string | null = null,
): string {
  const installed = works.filter(({ installedAs }) => installedAs !== null);
  const inside = works.filter(({ installedAs }) => installedAs === null);
  const licences = new Set(["MIT", ...works.flatMap((work) => work.licences)]);
  const paragraphs = [
    [
      "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
      "Upstream-Name: latchd",
      "Comment: The texts as each author wrote them are in",
      " /usr/share/doc/latchd/THIRD-PARTY-NOTICES.",
    ],
    ["Files: *", "Copyright: 2026 the latchd authors", "License: MIT"],
    ...installed.map((work) => [
      `Files: usr/lib/latchd/${work.installedAs}/*`,
      ...copyrightField(work.copyrights),
      `License: ${work.licences.join(" and ")}`,
    ]),
    // Of paragraphs that fit a file the last one counts, so this one is behind those of the folders.
    ...(inside.length === 0 ? [] : [bundle(inside)]),
    ...(nodeVersion === null ? [] : [nodeParagraph(nodeVersion)]),
    ...[...licences].sort().map((licence) => [`License: ${licence}`, ...indented(licence)]),
  ];
  return `${paragraphs.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** The works that have no file of their own: compiled into a binary, or bundled into the page. */
function bundle(works: readonly LicensedWork[]): string[] {
  const licences = [...new Set(works.flatMap((work) => work.licences))].sort();
  return [
    "Files: usr/lib/latchd/dist/daemon/page/* usr/lib/latchd/node_modules/*.node",
    ...copyrightField(["2026 the latchd authors", ...works.flatMap((work) => work.copyrights)]),
    `License: ${[...new Set(["MIT", ...licences])].join(" and ")}`,
    "Comment: These files contain",
    ...works.map(({ name, version, licences }) => ` ${name} ${version}: ${licences.join(", ")}`),
  ];
}

function nodeParagraph(version: string): string[] {
  return [
    "Files: usr/lib/latchd/bin/node",
    "Copyright: Node.js contributors and Joyent, Inc.",
    "License: MIT",
    `Comment: Node.js ${version} contains works of others. Their copyrights and the texts of`,
    " their licences are in /usr/share/doc/latchd/NODE-LICENSE.",
  ];
}

function copyrightField(lines: readonly string[]): string[] {
  const holders = [...new Set(lines)].map((line) =>
    line.replace(/^copyright\s*(\(c\)|©)?[\s:]*/i, ""),
  );
  return holders.map((holder, at) => (at === 0 ? `Copyright: ${holder}` : ` ${holder}`));
}

function indented(licence: string): string[] {
  return standardText(licence)
    .split("\n")
    .map((line) => (line === "" ? " ." : ` ${line}`));
}
