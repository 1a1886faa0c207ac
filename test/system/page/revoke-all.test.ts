import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { firstVisit } from "../../support/page/first-visit.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { startBrowser, type Visitor } from "../../support/page/visitor.ts";
import { liveCodes } from "../../support/rigs/live-codes.ts";

const administrator = "908172";
const guests = { Guest: "135790", Cleo: "246801" } as const;

describe("the page on which a manager revokes every code of a lock", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  let lock: VirtualLock;
  let ann: Visitor;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
    lock = await house.pair({ profile: "LATCH-ZCL-1" }, "front door");
    const uuid = uuidOf(lock);
    await house.command("add_password", { uuid, is_default: 1, password: administrator });
    for (const [name, password] of Object.entries(guests)) {
      await house.command("add_password", { uuid, password, name });
      await house.until(`${name}'s code to open`, async () => liveCodes(lock).includes(password));
    }
    ann = await firstVisit(browser, house);
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  it("says which codes may still open and why, while the lock is away", async () => {
    const { page } = ann;
    await ann.go(`/locks/${uuidOf(lock)}/codes`);
    await page.getByText("In the lock, confirmed").nth(2).waitFor();
    lock.goOutOfRange();
    await page.getByRole("button", { name: "Revoke all now" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("A lock that is away is told once it is back.").waitFor();
    await dialog.getByRole("button", { name: "Revoke all now" }).click();
    await page.getByRole("heading", { name: "Being removed: 2" }).waitFor();
    await page.getByText("2 may still open until the lock has heard.").waitFor();
    await page.getByText(/Away for .*last heard/).waitFor();
    const waiting = page.locator(".warn-card li");
    assert.deepEqual(
      (await waiting.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, " ")).sort(),
      ["Cleo", "Guest"].map((name) => `${name} ! Being removed; opens until the lock has heard`),
    );
    for (const code of Object.values(guests)) assert.equal(lock.keypad(code), "opened");
  });

  it("says that they are gone once the lock is heard again, and they no longer open", async () => {
    lock.comeBack();
    lock.turnKnob("lock");
    await ann.page.getByText("Being removed").first().waitFor({ state: "hidden" });
    for (const code of Object.values(guests)) assert.equal(lock.keypad(code), "refused");
    assert.equal(lock.keypad(administrator), "opened");
    assert.deepEqual(await ann.page.locator(".code-list h2").allInnerTexts(), ["Administrator"]);
    assert.deepEqual(ann.faults, []);
  });
});
