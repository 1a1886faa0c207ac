import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { firstVisit } from "../../support/page/first-visit.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

const code = "908172";

describe("the wizard of the page, when a step does not succeed", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  let ann: Visitor;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
    ann = await firstVisit(browser, house);
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  /** Pairs a lock by its address, and names it. */
  async function toTheCode(lock: VirtualLock, name: string): Promise<void> {
    const { page } = ann;
    await ann.go("/pair");
    await page.getByLabel("Install code, QR text or address").fill(uuidOf(lock));
    await page.getByRole("button", { name: "Use this code" }).click();
    await page.getByLabel("Name of the lock").fill(name);
    await page.getByRole("button", { name: "Next" }).click();
  }

  /** Sets the administrator's code as a person does. */
  async function setCode(button: string): Promise<void> {
    await ann.page.getByLabel("Code (", { exact: false }).fill(code);
    await ann.page.getByLabel("The same code again").fill(code);
    await ann.page.getByRole("button", { name: button }).click();
  }

  it("says what to try while no lock comes, and opens the network again after its time", async () => {
    const dora = await Visitor.enter(browser, house);
    const { page } = dora;
    await page.clock.install();
    await dora.open("/");
    await dora.signIn("Ann");
    await dora.go("/pair");
    await page.getByRole("button", { name: "The lock has no code" }).click();
    await page.getByText("The network is open for").waitFor();
    assert.equal(await page.getByText("Is the lock in pairing mode?").count(), 0);
    await page.clock.fastForward(26_000);
    await page.getByText("Is the lock in pairing mode?").waitFor();
    await page.clock.fastForward(160_000);
    await page.getByText("The time is over and no lock came.").waitFor();
    await page.getByRole("button", { name: "Open the network again" }).click();
    await page.getByText("The network is open for").waitFor();
    const lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    await page.getByLabel("Name of the lock").waitFor();
    assert.deepEqual(dora.faults, []);
    await dora.leave();
    await house.command("rename_lock", { uuid: uuidOf(lock), name: "first" });
  });

  it("says what to try while a lock is slow, and continues when it answers again", async () => {
    const dora = await Visitor.enter(browser, house);
    const { page } = dora;
    await page.clock.install();
    await dora.open("/");
    await dora.signIn("Ann");
    await dora.go("/pair");
    await page.getByRole("button", { name: "The lock has no code" }).click();
    await page.getByText("The network is open for").waitFor();
    const lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    await house.until("the lock to join", async () => lock.isJoined);
    lock.goOutOfRange();
    await page.getByText("The lock is being paired").waitFor();
    await page.clock.fastForward(45_000);
    await page.getByText("The lock is slow. Keep it awake").waitFor();
    lock.comeBack();
    await page.getByLabel("Name of the lock").waitFor();
    assert.deepEqual(dora.faults, []);
    await dora.leave();
    await house.command("rename_lock", { uuid: uuidOf(lock), name: "second" });
  });

  it("lets a person choose another administrator's code when the lock refuses one", async () => {
    const { page } = ann;
    const lock = house.house.addLock({ profile: "BE468" });
    lock.programAtKeypad({ userId: 5, code });
    await toTheCode(lock, "cellar");
    await setCode("Set this code");
    await page.getByText("The lock did not take the code.").waitFor();
    await page.getByText("the lock has this code already").waitFor();
    lock.deleteAtKeypad(5);
    await setCode("Use another code");
    await page.getByText("Type the code at the keypad now").first().waitFor();
    assert.equal(lock.keypad(code), "opened");
    await page.getByText("It opened. The lock works.").waitFor();
    await page.getByRole("button", { name: "Next lock" }).click();
  });

  it("says that the lock does not answer, and sets the code once it is heard", async () => {
    const { page } = ann;
    const lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    await toTheCode(lock, "attic");
    lock.goOutOfRange();
    await setCode("Set this code");
    await page.getByText("The code is on its way to the lock").waitFor();
    await page.getByText("The lock does not answer. Hold it within 2 m").waitFor();
    lock.comeBack();
    lock.turnKnob("lock");
    await page.getByText("Type the code at the keypad now").first().waitFor();
    await page.getByRole("button", { name: "Next lock" }).click();
  });

  it("says at the first wrong code that it is wrong, and turns green by the right one", async () => {
    const { page } = ann;
    const lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    await toTheCode(lock, "hall");
    await setCode("Set this code");
    await page.getByText("Type the code at the keypad now").first().waitFor();
    await ann.page.waitForLoadState("networkidle");
    assert.equal(lock.keypad("271828"), "refused");
    await page.getByText("The lock reports a wrong code. Type it again.").waitFor();
    assert.equal(lock.keypad(code), "opened");
    await page.getByText("It opened. The lock works.").waitFor();
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByRole("heading", { name: "Hand-over" }).waitFor();
    assert.deepEqual(ann.faults, []);
  });
});
