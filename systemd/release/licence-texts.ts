import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chosenLicences, embeddedWorks, licenceExceptions } from "./licence-rules.ts";
import type { ShippedPackage } from "./package-list.ts";
import { standardText } from "./standard-licences.ts";

/** A work that is shipped, with what its licence asks to be told. */
export interface LicensedWork {
  readonly name: string;
  readonly version: string;
  /** The SPDX identifiers of the licences that it is used under. */
  readonly licences: readonly string[];
  readonly copyrights: readonly string[];
  readonly text: string;
  /** The folder below /usr/lib/latchd that holds it; null if it is inside the page's bundle or another work. */
  readonly installedAs: string | null;
}

/** Returns all works of others that are shipped: the packages, and what is embedded in them. */
export function licensedWorks(
  root: string,
  packages: readonly ShippedPackage[],
): readonly LicensedWork[] {
  return packages
    .filter(({ integrity }) => integrity !== null)
    .flatMap((one) => [packageWork(root, one), ...embeddedWorksOf(root, one)]);
}

function packageWork(root: string, shipped: ShippedPackage): LicensedWork {
  const { name, version, licence, folder, author, installedAs } = shipped;
  const licences = licenceExceptions.has(name) ? [licence] : (chosenLicences(licence) ?? [licence]);
  const found = licenceFiles(join(root, folder), licences).join("\n\n");
  const holders = copyrightLines(found);
  const copyrights = holders.length > 0 ? holders : [`Copyright (c) ${author}`];
  const text =
    found === "" ? [...copyrights, "", ...licences.map(standardText)].join("\n") : found.trim();
  return { name, version, licences, copyrights, text, installedAs };
}

function embeddedWorksOf(root: string, { name, folder }: ShippedPackage): LicensedWork[] {
  return embeddedWorks
    .filter(({ inside }) => inside === name)
    .map(({ name: work, version, licence, copyright, textFile }) => ({
      name: `${work} (inside ${name})`,
      version,
      licences: [licence],
      copyrights: [copyright],
      text:
        textFile === null
          ? `${copyright}\n\n${standardText(licence)}`
          : readFileSync(join(root, folder, textFile), "utf8").trim(),
      installedAs: null,
    }));
}

/** Returns the texts of the licence files of a folder; of alternatives only those of the licences chosen. */
function licenceFiles(folder: string, licences: readonly string[]): string[] {
  const names = readdirSync(folder)
    .filter((name) => /licen[cs]e|^copying|^notice/i.test(name))
    .sort();
  const ofChoice = names.filter((name) => licences.some((one) => name.startsWith(`${one}-`)));
  return (ofChoice.length > 0 ? ofChoice : names).map((name) =>
    readFileSync(join(folder, name), "utf8").replaceAll("\r", ""),
  );
}

/** Returns the lines of a licence's text that name a copyright holder. */
function copyrightLines(text: string): string[] {
  const lines = text
    .split("\n")
    .map((line) => line.replace(/^[\s*/#]+|[\s*]+$/g, ""))
    .filter((line) => /^(copyright|portions copyright|\(c\)|©)\s*(\(c\)|©|[\d(:A-Z])/i.test(line))
    .filter((line) => /\d{4}|\(c\)|©|contributors|authors|Copyright [A-Z]/i.test(line))
    .filter((line) => !/^copyright (owner|notice|holder|license|statement|and)/i.test(line));
  return [...new Set(lines)];
}
