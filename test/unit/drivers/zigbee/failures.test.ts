import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, it } from "node:test";
import { errorLabel } from "../../../../drivers/zigbee/failures.ts";

describe("the label of an error in the log", () => {
  it("names the code of an error of the disk and tells no path", () => {
    assert.throws(
      () => writeFileSync(tmpdir(), "a folder takes no bytes"),
      (error) => errorLabel(error) === "Error EISDIR",
    );
  });

  it("tells nothing of a message, which may hold a payload", () => {
    assert.equal(errorLabel(new RangeError("0x31323334")), "RangeError");
  });
});
