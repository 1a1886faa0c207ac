import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix, sep } from "node:path";
import { after, before, describe, it } from "node:test";
import { writeDocuments } from "../../../systemd/release/document-files.ts";
import { packagedPage, packagedPath } from "../../../systemd/release/packaged-docs.ts";
import { projectRoot } from "../../support/project-root.ts";
import { anchorsOf } from "../../support/source-rules/references.ts";

/** Written into the same folder by another part of the build. */
const otherFiles: ReadonlySet<string> = new Set(["copyright", "latchd.yaml"]);

describe("a page as the package has it", () => {
  const inPackage = (text: string, path = "docs/operations.md") =>
    packagedPage(path, text, "commit 0123abc");

  it("keeps links to pages of the package, from where they lie there", () => {
    assert.equal(
      inPackage("[a](mqtt.md#topics) [b](../SECURITY.md)"),
      "[a](mqtt.md#topics) [b](SECURITY.md)",
    );
    assert.equal(
      inPackage('[a](docs/mqtt.md) <img src="docs/page/time.jpg">', "README.md"),
      '[a](mqtt.md) <img src="page/time.jpg">',
    );
    assert.equal(
      inPackage("[a](https://example.com) [b](#restore)"),
      "[a](https://example.com) [b](#restore)",
    );
  });

  it("has plain words where a link would lead out of the package", () => {
    assert.equal(
      inPackage("[the bench](bench.md), [run it](../examples/README.md)"),
      "the bench, run it",
    );
    assert.equal(packagedPath("docs/decisions/README.md"), null);
  });

  it("says which source its paths and scripts belong to, if it has any", () => {
    assert.match(inPackage("# Page\n\nrun `npm run deb`\n"), /^# Page\n\n> Paths .*commit 0123abc/);
    assert.equal(inPackage("# Page\n\nrun it\n"), "# Page\n\nrun it\n");
  });
});

describe("the documents of the package", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "latchd-documents-"));
    writeDocuments(projectRoot(), folder, "commit 0123abc");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("lead only to files and headings of the package", () => {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((path) => path.split(sep).join("/"))
      .filter((path) => statSync(join(folder, path)).isFile());
    assert.ok(files.includes("operations.md") && files.includes("broker/mosquitto.conf"));
    const read = (path: string) => readFileSync(join(folder, path), "utf8");
    const dead = files
      .filter((path) => path.endsWith(".md"))
      .flatMap((page) =>
        [...read(page).matchAll(/\]\(([^)\s]+)\)|<img src="([^"]+)"/g)]
          .map((found) => found[1] ?? found[2] ?? "")
          .filter((target) => !/^[a-z]+:/.test(target))
          .filter((target) => {
            const [file = "", anchor] = target.split("#");
            const path = file === "" ? page : posix.join(posix.dirname(page), file);
            const isFolder = files.some((one) => one.startsWith(`${path}/`));
            if (!files.includes(path)) return !otherFiles.has(path) && !isFolder;
            return anchor !== undefined && !anchorsOf(read(path)).has(anchor);
          })
          .map((target) => `${page}: ${target}`),
      );
    assert.deepEqual(dead, []);
  });
});
