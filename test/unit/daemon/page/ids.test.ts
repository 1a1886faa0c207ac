import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { freeId } from "../../../../daemon/page/src/screens/people/homes/ids.ts";

describe("the id of a new home or room", () => {
  it("is its name in plain letters", () => {
    assert.equal(freeId(" Main St. 7 / Öre ", []), "main-st-7-o-re");
    assert.equal(freeId("公寓 3", []), "公寓-3");
  });

  it("has a number when it is taken, and is never empty or the name of a reply's field", () => {
    assert.equal(freeId("Flat", ["flat", "flat-2"]), "flat-3");
    assert.equal(freeId("!!", []), "home");
    assert.equal(freeId("ErrNo", []), "home");
  });
});
