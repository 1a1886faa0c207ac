import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { PageHouse } from "../../support/page/page-house.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

describe("a stranger on the network", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  it("sees a form to sign in and nothing of the house", async () => {
    const visitor = await Visitor.enter(browser, house);
    await visitor.open("/locks");
    await visitor.page.getByRole("heading", { name: "latchd" }).waitFor();
    const text = await visitor.page.locator("body").innerText();
    assert.doesNotMatch(text, /Test house|home-1|page-gateway/);
    assert.deepEqual(visitor.faults, []);
    await visitor.leave();
  });
});
