import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import { firstVisit } from "../../support/page/first-visit.ts";
import { tabTo } from "../../support/page/keyboard.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

const code = "908172";
const secondCode = "635241";

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

  it("sets another administrator's code when the lock refuses the first one", async () => {
    const lock = house.house.addLock({ profile: "BE468" });
    lock.programAtKeypad({ userId: 5, code });
    const ivo = await Visitor.enter(browser, house);
    const { page } = ivo;
    await ivo.open(await passLink());
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await ivo.go("/pair");
    await page.getByLabel("Install code, QR text or address").fill(uuidOf(lock));
    await page.getByRole("button", { name: "Use this code" }).click();
    await page.getByLabel("Name of the lock").fill("cellar");
    await page.getByRole("button", { name: "Next" }).click();
    await typeCode(page, code, "Set this code");
    await page.getByText("The lock did not take the code.").waitFor();
    await page.getByText("the lock has this code already").waitFor();
    await typeCode(page, secondCode, "Use another code");
    await page.getByText("Type the code at the keypad now").first().waitFor();
    assert.equal(lock.keypad(secondCode), "opened");
    await page.getByText("It opened. The lock works.").waitFor();
    assert.deepEqual(await anotherCode(page, uuidOf(lock)), { ErrNo: 15014 });
    assert.deepEqual(ivo.faults, []);
    await ivo.leave();
  });
});

/** Sets the administrator's code as a person does. */
async function typeCode(page: Page, digits: string, button: string): Promise<void> {
  await page.getByLabel("Code (", { exact: false }).fill(digits);
  await page.getByLabel("The same code again").fill(digits);
  await page.getByRole("button", { name: button }).click();
}

/** Tries in the session of the page to change the administrator's code that the lock has. */
async function anotherCode(page: Page, uuid: string): Promise<unknown> {
  return await page.evaluate(`fetch("/openapi/v1/update_password", {
    method: "POST",
    headers: { "content-type": "application/json", "x-latchd": "1" },
    body: JSON.stringify({ uuid: "${uuid}", password_id: 999, password: "314159" }),
  }).then((reply) => reply.json()).then(({ ErrNo }) => ({ ErrNo }))`);
}
