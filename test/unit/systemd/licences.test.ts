import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { debianCopyright } from "../../../systemd/release/debian-copyright.ts";
import {
  chosenLicences,
  embeddedWorks,
  licenceExceptions,
  licenceFault,
} from "../../../systemd/release/licence-rules.ts";
import { licensedWorks } from "../../../systemd/release/licence-texts.ts";
import { thirdPartyNotices } from "../../../systemd/release/notices.ts";
import { shippedPackages } from "../../../systemd/release/package-list.ts";
import { projectRoot } from "../../support/project-root.ts";

const root = projectRoot();
const dist = fileURLToPath(new URL("../../..", import.meta.url));
const packages = shippedPackages(root, dist);
const works = licensedWorks(root, packages);

describe("the rule for licences", () => {
  it("uses an alternative that is allowed, and all parts of a conjunction", () => {
    assert.deepEqual(chosenLicences("MIT"), ["MIT"]);
    assert.deepEqual(chosenLicences("(MIT OR GPL-2.0)"), ["MIT"]);
    assert.deepEqual(chosenLicences("GPL-2.0 OR ISC"), ["ISC"]);
    assert.deepEqual(chosenLicences("MIT AND (GPL-2.0 OR Apache-2.0)"), ["MIT", "Apache-2.0"]);
  });

  it("refuses every expression that leaves no allowed way", () => {
    for (const expression of [
      "GPL-3.0-or-later",
      "MIT AND GPL-2.0",
      "MIT OR",
      "(MIT",
      "MIT)",
      "MIT WITH an-exception",
      "SEE LICENSE IN LICENSE",
      "UNLICENSED",
      "none",
      "",
    ])
      assert.match(
        licenceFault({ name: "some-package", licence: expression }) ?? "allowed",
        /^some-package has the licence/,
        expression,
      );
  });

  it("has no exception", () => {
    assert.deepEqual([...licenceExceptions], []);
  });
});

describe("the packages that are shipped", () => {
  it("have allowed licences", () => {
    assert.ok(packages.length > 100, `only ${packages.length} packages are listed`);
    assert.deepEqual(
      packages.map(licenceFault).filter((fault) => fault !== null),
      [],
    );
  });

  it("contain our own function in place of zigbee-on-host", () => {
    const own = packages.filter(({ integrity }) => integrity === null);
    assert.deepEqual(
      own.map(({ folder, installedAs }) => [folder, installedAs]),
      [["drivers/aes-ccm", "node_modules/zigbee-on-host"]],
    );
    assert.ok(!packages.some(({ name }) => name === "zigbee-on-host"));
  });

  it("include what the page's build has bundled", (test) => {
    if (!existsSync(join(dist, "daemon/page/files.json"))) {
      test.diagnostic("the page is not built: nothing is bundled");
      return;
    }
    const bundled = packages.filter(({ installedAs }) => installedAs === null);
    assert.deepEqual(
      bundled.map(({ name }) => name),
      ["@preact/signals", "@preact/signals-core", "preact", "zxing-wasm"],
    );
  });
});

describe("the notices of a release", () => {
  it("have each work with its version and a text of its licence", () => {
    const notices = thirdPartyNotices(works);
    for (const { name, version, text } of works) {
      assert.ok(notices.includes(`${name} ${version} (`), name);
      assert.match(text, /licen[cs]e|permission|redistribution/i, name);
      assert.ok(text.length > 400, `the licence of ${name} has ${text.length} characters`);
    }
  });

  it("use slip under the MIT licence alone", () => {
    const slip = works.find(({ name }) => name === "slip");
    assert.deepEqual(slip?.licences, ["MIT"]);
    assert.doesNotMatch(slip.text, /GNU/);
  });

  it("name the works that are compiled into others", () => {
    const inside = works.filter(({ name }) => name.includes("(inside "));
    const present = embeddedWorks.filter(({ inside: name }) =>
      packages.some((one) => one.name === name),
    );
    assert.equal(inside.length, present.length);
    assert.ok(inside.some(({ name, text }) => name.startsWith("LevelDB") && /LevelDB/.test(text)));
  });

  it("name a copyright holder of each installed folder in Debian's format", () => {
    const paragraphs = debianCopyright(works).split("\n\n");
    const files = paragraphs.filter((paragraph) => paragraph.startsWith("Files: "));
    for (const paragraph of files)
      assert.match(paragraph, /^Files: .+\nCopyright: \S.*\n( .+\n)*License: \S/, paragraph);
    const texts = paragraphs.filter((paragraph) => paragraph.startsWith("License: "));
    const explained = new Set(texts.map((paragraph) => paragraph.split("\n")[0]?.slice(9)));
    for (const { licences, installedAs } of works) {
      for (const licence of licences) assert.ok(explained.has(licence), licence);
      if (installedAs !== null)
        assert.ok(files.some((paragraph) => paragraph.includes(`latchd/${installedAs}/*`)));
    }
  });
});
