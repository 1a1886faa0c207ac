import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { accessibilityFindings } from "../../support/page/accessibility.ts";
import { linkHere } from "../../support/page/first-visit.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { passphrase, setUp } from "../../support/page/people.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

const code = "908172";

describe("what the page shows over or between its screens", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  let ann: Visitor;
  let lock: VirtualLock;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  /** Fails at a finding of axe-core, a small control or sideways scrolling, in both themes, on phone and laptop. */
  async function isAccessible({ page }: Visitor, what: string): Promise<void> {
    const found = (await accessibilityFindings(page)).map((one) => `${what}: ${one}`);
    assert.deepEqual(found, []);
  }

  it("is accessible at the sign-in: the first account, the form, a pass that is used up", async () => {
    ann = await Visitor.enter(browser, house);
    await ann.open(linkHere(house, (await house.latchctl("page"))["url"]));
    await ann.page.getByLabel("Your name").waitFor();
    await isAccessible(ann, "the first account");
    await setUp(ann.page, "Ann");
    await ann.page.getByRole("heading", { name: "Overview" }).waitFor();
    const stranger = await Visitor.enter(browser, house);
    await stranger.open("/");
    await stranger.page.getByRole("button", { name: "Sign in" }).waitFor();
    await isAccessible(stranger, "the sign-in");
    await stranger.open("about:blank");
    await stranger.open(`${house.origin}/#pass=${"a".repeat(43)}`);
    await stranger.page.getByRole("alert").waitFor();
    await isAccessible(stranger, "a pass that is used up");
    await stranger.leave();
  });

  it("is accessible in each step of the wizard", async () => {
    const { page } = ann;
    await ann.go("/pair");
    await page.getByRole("button", { name: "The lock has no code" }).click();
    await page.getByText("The network is open for").waitFor();
    await isAccessible(ann, "the joining");
    lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    await page.getByLabel("Where it is").selectOption({ label: "Add a home" });
    await isAccessible(ann, "the place");
    await page.getByLabel("Where it is").selectOption({ index: 0 });
    await page.getByLabel("Name of the lock").fill("front door");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Code (", { exact: false }).fill(code);
    await page.getByLabel("The same code again").fill("12");
    await isAccessible(ann, "the administrator's code");
    await page.getByLabel("The same code again").fill(code);
    await page.getByRole("button", { name: "Set this code" }).click();
    await page.getByText("Type the code at the keypad now").first().waitFor();
    await isAccessible(ann, "the trial");
    lock.keypad(code);
    await page.getByText("It opened. The lock works.").waitFor();
    await isAccessible(ann, "the opening");
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByRole("heading", { name: "Hand-over" }).waitFor();
    await isAccessible(ann, "the hand-over sheet");
  });

  /** Opens a question by its button, looks at it, and cancels it. */
  async function looksAtQuestion(button: string, what: string): Promise<void> {
    const { page } = ann;
    await page.getByRole("button", { name: button }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await isAccessible(ann, what);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  it("is accessible in each question: remote operation, unpairing, deletion, revocation, sign-out", async () => {
    const { page } = ann;
    const uuid = uuidOf(lock);
    await house.command("add_password", { uuid, password: "246801", name: "Cleo" });
    await ann.go(`/locks/${uuid}`);
    await looksAtQuestion("Unlock", "a remote operation");
    await page.getByText("Name and place").last().click();
    await looksAtQuestion("Unpair this lock", "an unpairing");
    await ann.go(`/locks/${uuid}/codes`);
    await looksAtQuestion("Delete: Cleo", "a deletion");
    await looksAtQuestion("Revoke all now", "a revocation");
    await ann.go("/me");
    await looksAtQuestion("Sign out everywhere", "a sign-out");
  });

  it("is accessible in the pass with its QR code, in the question of its end, and in the forms of people", async () => {
    const { page } = ann;
    await ann.go("/people");
    await page.getByRole("button", { name: "Add an account" }).first().click();
    await page.getByRole("button", { name: "Make a pass" }).first().click();
    await isAccessible(ann, "the forms of people");
    await page.getByRole("region", { name: "Make a pass" }).getByRole("button").last().click();
    await page.getByRole("dialog").locator(".link").waitFor();
    await isAccessible(ann, "a new pass");
    await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
    await looksAtQuestion("End the pass", "the end of a pass");
  });

  it("is accessible while a revocation waits, in the table of the times, and at the end of the session", async () => {
    const { page } = ann;
    const uuid = uuidOf(lock);
    await ann.go(`/locks/${uuid}/time`);
    await page.getByText("As a table").click();
    await page.locator("main table tbody tr").first().waitFor();
    await isAccessible(ann, "the table of the times");
    lock.goOutOfRange();
    await ann.go(`/locks/${uuid}/codes`);
    await page.getByRole("button", { name: "Revoke all now" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke all now" }).click();
    await page.getByRole("heading", { name: "Being removed" }).waitFor();
    await isAccessible(ann, "a revocation that waits");
    const { sessions } = await house.command("session_list", {});
    assert.ok(Array.isArray(sessions));
    for (const { session_id } of sessions) await house.command("session_end", { session_id });
    await page.getByText("Your session has ended").waitFor();
    await isAccessible(ann, "the end of the session");
    await page.getByRole("dialog").getByLabel("Passphrase").fill(passphrase);
    assert.deepEqual(ann.faults, []);
  });
});
