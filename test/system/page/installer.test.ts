import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { firstVisit } from "../../support/page/first-visit.ts";
import { tabTo } from "../../support/page/keyboard.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

const code = "908172";

describe("an installer with a pass", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  let ann: Visitor;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
    await house.command("add_home", { home_id: "home-7", home_name: "Lake Road 7" });
    await house.command("bind_center", { home_id: "home-7" });
    ann = await firstVisit(browser, house);
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  /** Makes a pass as a manager does. @returns its link */
  async function passLink(): Promise<string> {
    await ann.go("/people");
    await ann.page.getByRole("button", { name: "Make a pass" }).first().click();
    await ann.page.getByRole("region", { name: "Make a pass" }).getByRole("button").last().click();
    const dialog = ann.page.getByRole("dialog");
    const link = await dialog.locator(".link").innerText();
    await dialog.getByRole("button", { name: "Done" }).click();
    return link;
  }

  it("gets from the link to a lock that the code opens, by the keyboard alone", async () => {
    const lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    const link = await passLink();
    const ivo = await Visitor.enter(browser, house, { viewport: "laptop" });
    const { page } = ivo;
    const { keyboard } = page;
    await ivo.open(link);
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await tabTo(page, "Pair");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: "Pair a lock" }).waitFor();
    await ivo.shown();
    await tabTo(page, "Install code, QR text or address");
    await keyboard.type(uuidOf(lock));
    await keyboard.press("Enter");
    await page.locator("h2:focus", { hasText: "Name and place" }).waitFor();
    await tabTo(page, "Where it is");
    await keyboard.press("ArrowDown");
    await tabTo(page, "Name of the lock");
    await keyboard.press("Control+a");
    await keyboard.type("front door");
    await keyboard.press("Enter");
    await page.locator("h2:focus", { hasText: "Administrator's code" }).waitFor();
    await tabTo(page, "Code (4 to 8 digits)");
    await keyboard.type(code);
    await tabTo(page, "The same code again");
    await keyboard.type(code);
    await keyboard.press("Enter");
    await page.getByText("Type the code at the keypad now").first().waitFor();
    assert.equal(lock.keypad("271828"), "refused");
    await page.getByText("The lock reports a wrong code.").waitFor();
    assert.equal(lock.keypad(code), "opened");
    await page.getByText("It opened. The lock works.").waitFor();
    await tabTo(page, "Finish");
    await keyboard.press("Enter");
    await page.locator("h1:focus", { hasText: "Hand-over" }).waitFor();
    const sheet = await page.locator("main").innerText();
    for (const text of ["front door", "Lake Road 7"]) assert.match(sheet, new RegExp(text));
    assert.doesNotMatch(sheet, new RegExp(code));
    const { home_id } = await house.command("show_lock", { uuid: uuidOf(lock) });
    assert.equal(home_id, "home-7");
    assert.deepEqual([ann.faults, ivo.faults], [[], []]);
    await ivo.leave();
  });
});
