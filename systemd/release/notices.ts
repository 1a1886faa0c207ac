import type { LicensedWork } from "./licence-texts.ts";

const rule = "-".repeat(78);

/** Returns the page THIRD-PARTY-NOTICES: every work of others that is shipped, and the text of its licence. */
export function thirdPartyNotices(works: readonly LicensedWork[]): string {
  const byText = new Map<string, LicensedWork[]>();
  for (const work of works) {
    const same = byText.get(work.text);
    if (same === undefined) byText.set(work.text, [work]);
    else same.push(work);
  }
  const head =
    "latchd contains the following works of others, unchanged. Each is used under the licence below it.\n" +
    "latchd itself is under the MIT licence: see the file LICENSE.\n";
  const parts = [...byText].map(([text, same]) => {
    const names = same.map(
      ({ name, version, licences }) => `${name} ${version} (${licences.join(", ")})`,
    );
    return `${rule}\n${[...new Set(names)].join("\n")}\n\n${text}\n`;
  });
  return `${head}\n${parts.join("\n")}`;
}
