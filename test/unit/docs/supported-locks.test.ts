import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { modelQuirks } from "../../../drivers/zigbee/quirks/quirk-table.ts";
import { lockFamilies, unreadableLocks } from "../../support/models/lock-families.ts";
import { familiesOf, listedModels, withModels } from "../../support/models/models-page.ts";
import { projectRoot } from "../../support/project-root.ts";

const file = join(projectRoot(), "docs", "supported-locks.md");

describe("docs/supported-locks.md", () => {
  it("agrees with the records and the table of quirks; LATCHD_WRITE_DOCS=1 writes it", () => {
    const wanted = withModels(readFileSync(file, "utf8"));
    if (process.env["LATCHD_WRITE_DOCS"] === "1") writeFileSync(file, wanted);
    assert.equal(readFileSync(file, "utf8"), wanted);
  });

  it("has each recorded lock once, in one family or among those that cannot be used", () => {
    for (const model of listedModels()) {
      const places = [...familiesOf(model), ...(unreadableLocks.test(model.id) ? [model] : [])];
      assert.equal(places.length, 1, model.id);
    }
  });

  it("has a model for each row of the table of quirks", () => {
    const models = listedModels();
    for (const row of modelQuirks) {
      const fits = models.some(
        ({ model, manufacturer }) =>
          row.model.test(model) && (row.manufacturer?.test(manufacturer) ?? true),
      );
      assert.ok(fits, `no model of the page fits ${row.model} of ${row.manufacturer ?? "anybody"}`);
    }
  });

  it("names where pairing and reset are known from, or sends to the maker's manual", () => {
    for (const { title, pairing, reset, sources } of lockFamilies) {
      const isUnknown = [pairing, reset].every((text) => text === "see the maker's manual.");
      assert.equal(sources.length > 0, !isUnknown, title);
    }
  });
});
