import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { setUp } from "../../support/page/people.ts";
import { labelPhoto } from "../../support/page/qr-pictures.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

const host = "gateway.test";

describe("the page over plain HTTP, under a name that is not localhost", {
  timeout: 300_000,
}, () => {
  let house: PageHouse;
  let browser: Browser;
  let ann: Visitor;
  before(async () => {
    [house, browser] = await Promise.all([
      PageHouse.start({ isPlain: true, host }),
      startBrowser({ knownHost: host }),
    ]);
    ann = await Visitor.enter(browser, house);
    const { url } = await house.latchctl("page");
    await ann.open(String(url).replace(/^http:\/\/[^/]+/, house.origin));
    await setUp(ann.page, "Ann");
    await ann.page.getByRole("heading", { name: "Overview" }).waitFor();
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  it("offers no camera, which the browser does not give it, and says so", async () => {
    await ann.go("/pair");
    await ann.shown();
    assert.equal(await ann.page.getByRole("button", { name: "Scan the QR code" }).count(), 0);
    await ann.page.getByText("no camera", { exact: false }).waitFor();
  });

  it("pairs a lock by a photo of its QR code", async () => {
    const lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    const photo = await labelPhoto(browser, uuidOf(lock));
    await ann.page
      .locator("input[type=file]")
      .setInputFiles({ name: "label.jpg", mimeType: "image/jpeg", buffer: photo });
    await ann.page.getByLabel("Name of the lock").waitFor();
    assert.deepEqual(ann.faults, []);
  });
});
