import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { setUp } from "../../support/page/people.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

/** A name that would run a script if the page put it into its own text. */
const markup = `<img src=x onerror="document.title='run'">`;

/** Returns 18:00 of the next Sunday as a field for date and time takes it. */
function nextSunday(): string {
  const day = new Date();
  day.setDate(day.getDate() + (7 - day.getDay()));
  const [date = ""] = day.toISOString().split("T");
  return `${date}T18:00`;
}

describe("the codes of a lock on the page", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  let lock: VirtualLock;
  let ann: Visitor;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
    lock = await house.pair({ profile: "LATCH-ZCL-1" }, "front door");
    const uuid = uuidOf(lock);
    await house.command("add_password", { uuid, is_default: 1, password: "908172" });
    ann = await Visitor.enter(browser, house);
    await ann.open(String((await house.latchctl("page"))["url"]));
    await setUp(ann.page, "Ann");
    await ann.page.getByRole("heading", { name: "Overview" }).waitFor();
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  it("open the door until Sunday once the page shows them as confirmed", async () => {
    const { page } = ann;
    await ann.go(`/locks/${uuidOf(lock)}/codes/new`);
    await page.getByLabel("For whom").fill("Guest");
    const code = await page.getByLabel("Code", { exact: true }).inputValue();
    await page.getByLabel("Until …").check();
    await page.getByLabel("Until", { exact: true }).fill(nextSunday());
    await page.getByRole("button", { name: "Give this code" }).click();
    await page.getByText("In the lock, confirmed").first().waitFor();
    assert.equal(lock.keypad(code), "opened");
    assert.deepEqual(ann.faults, []);
  });

  it("are kept while they are typed when the daemon is killed, and open the door afterwards", async () => {
    const { page } = ann;
    await ann.go(`/locks/${uuidOf(lock)}/codes`);
    await ann.go(`/locks/${uuidOf(lock)}/codes/new`);
    const name = page.getByLabel("For whom");
    await name.pressSequentially("Uncle ");
    const code = page.getByLabel("Code", { exact: true });
    const digits = await code.inputValue();
    await page.getByLabel("Until …").check();
    await page.getByLabel("Until", { exact: true }).fill(nextSunday());
    await name.focus();
    await page.keyboard.press("End");
    await house.daemon.kill();
    await page.keyboard.type("Joe");
    await page.getByText("The gateway does not answer").waitFor();
    assert.equal(await page.locator(":focus").inputValue(), "Uncle Joe");
    await page.keyboard.type(" of Ann");
    await house.daemon.start();
    await page.getByText("The gateway does not answer").waitFor({ state: "hidden" });
    assert.equal(await name.inputValue(), "Uncle Joe of Ann");
    assert.equal(await code.inputValue(), digits);
    assert.equal(await page.getByLabel("Until", { exact: true }).inputValue(), nextSunday());
    await page.getByRole("button", { name: "Give this code" }).click();
    await page.getByText("In the lock, confirmed").first().waitFor();
    assert.match(await page.locator("main").innerText(), /Uncle Joe of Ann/);
    assert.equal(lock.keypad(digits), "opened");
    assert.deepEqual(ann.faults, []);
  });

  it("are shown to a second browser without a reload", async () => {
    const bob = await Visitor.enter(browser, house, { viewport: "laptop" });
    await bob.open("/");
    await bob.signIn("Ann");
    await bob.go(`/locks/${uuidOf(lock)}/codes`);
    await house.command("add_password", { uuid: uuidOf(lock), password: "246801", name: "Cleo" });
    await bob.page.getByText("Cleo").waitFor();
    assert.deepEqual(bob.faults, []);
    await bob.leave();
  });

  it("show a name with markup as text, and run no script of it", async () => {
    await house.command("rename_lock", { uuid: uuidOf(lock), name: markup });
    await house.command("add_password", { uuid: uuidOf(lock), password: "864209", name: markup });
    for (const route of ["/locks", `/locks/${uuidOf(lock)}`, `/locks/${uuidOf(lock)}/codes`]) {
      await ann.go(route);
      await ann.page.getByText(markup).first().waitFor();
    }
    assert.equal(await ann.page.locator("main img").count(), 0);
    assert.notEqual(await ann.page.title(), "run");
    assert.deepEqual(ann.faults, []);
  });

  it("are missing to an installer's pass, which may not change them", async () => {
    const { url } = await house.latchctl("page", "--pass", "1h");
    const ivo = await Visitor.enter(browser, house);
    await ivo.open(String(url));
    await ivo.page.getByRole("heading", { name: "Overview" }).waitFor();
    await ivo.go(`/locks/${uuidOf(lock)}/codes`);
    await ivo.shown();
    assert.doesNotMatch(await ivo.page.locator("main").innerText(), /Guest|Cleo|246801/);
    assert.deepEqual(ivo.faults, []);
    await ivo.leave();
  });
});

describe("the overview of the page", { timeout: 300_000 }, () => {
  it("says within 5 s that the stick was pulled out, and what to do", async (test) => {
    const [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
    try {
      const ann = await Visitor.enter(browser, house);
      await ann.open(String((await house.latchctl("page"))["url"]));
      await setUp(ann.page, "Ann");
      await ann.page.getByRole("heading", { name: "Overview" }).waitFor();
      await ann.shown();
      await house.house.stick.unplug();
      const pulledAtMs = performance.now();
      await ann.page
        .getByText(/cable|USB|plug/i)
        .first()
        .waitFor();
      const tookMs = performance.now() - pulledAtMs;
      test.diagnostic(`shown after ${(tookMs / 1000).toFixed(1)} s`);
      assert.ok(tookMs <= 5_000, `shown only after ${tookMs.toFixed(0)} ms`);
      const parts = await ann.page.locator(".health li").allInnerTexts();
      for (const part of parts) assert.match(part, /\n/, "each part says how it is");
      assert.deepEqual(ann.faults, []);
    } finally {
      await browser.close();
      await house.close();
    }
  });
});
