import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { setUp } from "../../support/page/people.ts";
import { labelPhoto, writeCameraFilm } from "../../support/page/qr-pictures.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

const code = "908172";

describe("the pairing of a lock on the page", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  let filmed: VirtualLock;
  let ann: Visitor;
  before(async () => {
    house = await PageHouse.start();
    filmed = house.house.addLock({ profile: "LATCH-ZCL-1" });
    const film = join(house.folder, "label.y4m");
    writeCameraFilm(film, uuidOf(filmed));
    browser = await startBrowser({ cameraFile: film });
    ann = await Visitor.enter(browser, house);
    await ann.open(String((await house.latchctl("page"))["url"]));
    await setUp(ann.page, "Ann");
    await ann.page.getByRole("heading", { name: "Overview" }).waitFor();
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  /** From the network that is open to a lock that the code opens, as the installer taps. */
  async function toTheOpenDoor(lock: VirtualLock, name: string): Promise<void> {
    const { page } = ann;
    await page.getByLabel("Name of the lock").fill(name, { timeout: 60_000 });
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByLabel("Code (", { exact: false }).fill(code);
    await page.getByLabel("The same code again").fill(code);
    await page.getByRole("button", { name: "Set this code" }).click();
    await page.getByText("Type the code at the keypad now").first().waitFor();
    assert.equal(lock.keypad(code), "opened");
    await page.getByText("It opened. The lock works.").waitFor();
  }

  it("begins with the QR code that the camera sees, and turns green by the real opening", async () => {
    await ann.go("/pair");
    await ann.page.getByRole("button", { name: "Scan the QR code" }).click();
    await toTheOpenDoor(filmed, "front door");
    await ann.page.getByRole("button", { name: "Next lock" }).click();
  });

  it("begins with a photo of the QR code", async () => {
    const lock = house.house.addLock({ profile: "SMARTCODE_DEADBOLT_10_L" });
    const photo = await labelPhoto(browser, uuidOf(lock));
    await ann.page
      .locator("input[type=file]")
      .setInputFiles({ name: "label.jpg", mimeType: "image/jpeg", buffer: photo });
    await toTheOpenDoor(lock, "side door");
    await ann.page.getByRole("button", { name: "Next lock" }).click();
  });

  it("begins with a code that is typed or pasted", async () => {
    const lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    await ann.page.getByLabel("Install code, QR text or address").fill(uuidOf(lock));
    await ann.page.getByRole("button", { name: "Use this code" }).click();
    await toTheOpenDoor(lock, "flat 3");
    await ann.page.getByRole("button", { name: "Next lock" }).click();
  });

  it("begins without a code, and ends with a sheet that names every lock and no code", async () => {
    const lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    await ann.page.getByRole("button", { name: "The lock has no code" }).click();
    await toTheOpenDoor(lock, "flat 4");
    await ann.page.getByRole("button", { name: "Finish" }).click();
    await ann.page.getByRole("heading", { name: "Hand-over" }).waitFor();
    const sheet = await ann.page.locator("main").innerText();
    for (const name of ["front door", "side door", "flat 3", "flat 4"]) {
      assert.match(sheet, new RegExp(name));
    }
    assert.doesNotMatch(sheet, new RegExp(code));
    assert.deepEqual(ann.faults, []);
  });
});
