import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { version } from "../../daemon/base/version.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { debianCopyright } from "./debian-copyright.ts";
import { writeDocuments, writeTexts } from "./document-files.ts";
import { licenceExceptions, licenceFault } from "./licence-rules.ts";
import { type LicensedWork, licensedWorks } from "./licence-texts.ts";
import { manualPages } from "./manuals.ts";
import { thirdPartyNotices } from "./notices.ts";
import { lockEntries, type ShippedPackage, shippedPackages } from "./package-list.ts";

/** What is told about a release: its packages, their licences, its bill of materials. Run in the project's root. */

/** EX_DATAERR: what is shipped is not allowed. */
const notAllowed = 65;
const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const root = process.cwd();

/** Prints the table of licences. @returns whether all of them are allowed */
function printLicences(packages: readonly ShippedPackage[]): boolean {
  const works = licensedWorks(root, packages);
  const own = packages.filter(({ integrity }) => integrity === null);
  const rows = [
    ...own.map(({ name, version, licence }) => [name, version, `${licence} (our own)`]),
    ...works.map(({ name, version, licences }) => [name, version, licences.join(" AND ")]),
  ];
  for (const [name = "", version = "", licence] of rows)
    process.stdout.write(`${name.padEnd(48)} ${version.padEnd(16)} ${licence}\n`);
  for (const [name, reason] of licenceExceptions)
    process.stdout.write(`exception: ${name}: ${reason}\n`);
  const faults = packages.map(licenceFault).filter((fault) => fault !== null);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  return faults.length === 0;
}

function worksOfOthers(): readonly LicensedWork[] {
  return licensedWorks(root, shippedPackages(root, dist));
}

const program = new Command("release").description("what is told about a release");
program
  .command("licences")
  .description(
    "prints name, version and licence of everything that is shipped; fails if one is not allowed",
  )
  .action(() => {
    if (!printLicences(shippedPackages(root, dist))) process.exitCode = notAllowed;
  });
program
  .command("packages")
  .description("prints the folders of the packages that are installed, and where each is installed")
  .action(() => {
    const lines = shippedPackages(root, dist).flatMap(({ folder, installedAs }) =>
      installedAs === null ? [] : [`${folder}\t${installedAs}\n`],
    );
    process.stdout.write(lines.sort().join(""));
  });
program
  .command("notices <file>")
  .description("writes THIRD-PARTY-NOTICES")
  .action((file: string) => writeFileSync(file, thirdPartyNotices(worksOfOthers())));
program
  .command("copyright <file>")
  .description("writes debian/copyright")
  .option("--node <version>", "the version of the Node.js that the package brings along")
  .action((file: string, given: { node?: string }) =>
    writeFileSync(file, debianCopyright(worksOfOthers(), given.node ?? null)),
  );
program
  .command("sbom <file> <build-file>")
  .description(
    "writes the bill of materials (CycloneDX), and what latchd --version --json shows of it",
  )
  .option("--commit <hash>", "the commit that is built")
  .option("--node <version>", "the version of the Node.js that the package brings along")
  .action((file: string, buildFile: string, given: { commit?: string; node?: string }) => {
    const commit = given.commit ?? null;
    const facts = { version, commit, nodeVersion: given.node ?? null };
    const text = billOfMaterials(facts, shippedPackages(root, dist), lockEntries(root));
    const sbom = createHash("sha256").update(text).digest("hex");
    writeFileSync(file, text);
    writeFileSync(buildFile, `${JSON.stringify({ commit, sbom })}\n`);
  });
program
  .command("documents <folder>")
  .description(
    "writes the pages of the package, with links that lead to files of the package alone",
  )
  .option("--commit <hash>", "the commit that is built")
  .action((folder: string, { commit }: { commit?: string }) =>
    writeDocuments(root, folder, commit === undefined ? `version ${version}` : `commit ${commit}`),
  );
program
  .command("manuals <folder>")
  .description("writes the manual pages")
  .action((folder: string) =>
    writeTexts(folder, manualPages(readFileSync(join(root, "systemd", "latchd.yaml"), "utf8"))),
  );
await program.parseAsync();
