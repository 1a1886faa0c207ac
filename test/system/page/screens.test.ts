import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { accessibilityFindings, sidewaysPixels } from "../../support/page/accessibility.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { setUp } from "../../support/page/people.ts";
import { screenshotFile, writeScreenshotPage } from "../../support/page/screenshots.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";
import { latinTexts } from "../../support/page/words-on-screen.ts";
import { liveCodes } from "../../support/rigs/live-codes.ts";

/** Every screen by its route; `:id` is the front door. */
export const screens = [
  ["overview", "/"],
  ["pair", "/pair"],
  ["locks", "/locks"],
  ["lock", "/locks/:id"],
  ["codes", "/locks/:id/codes"],
  ["new-code", "/locks/:id/codes/new"],
  ["time", "/locks/:id/time"],
  ["history", "/locks/:id/history"],
  ["radio", "/locks/:id/radio"],
  ["slots", "/locks/:id/slots"],
  ["homes", "/homes"],
  ["visits", "/visits"],
  ["people", "/people"],
  ["network", "/network"],
  ["stick", "/stick"],
  ["clock", "/clock"],
  ["cloud", "/cloud"],
  ["log", "/log"],
  ["support", "/support"],
  ["trust", "/trust"],
  ["me", "/me"],
] as const;

/** What people and makers call things here. */
const names = [
  "front door",
  "side door",
  "Guest <b>of</b> Ann",
  "Ann",
  "ann",
  "Test house",
  "Lake Road 7",
  "Hall",
  "home-1",
  "room-1",
  "local",
  "Kwikset",
];

const writesDocs = process.env["LATCHD_WRITE_DOCS"] === "1";

describe("every screen of the page", { timeout: 600_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  let lock: VirtualLock;
  let cookies: Awaited<ReturnType<Visitor["cookies"]>>;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
    lock = await house.pair({ profile: "LATCH-ZCL-1" }, "front door");
    await house.pair({ profile: "SMARTCODE_DEADBOLT_10_L" }, "side door");
    const room = { home_id: "home-1", room_id: "room-1" };
    await house.command("add_home", { home_id: room.home_id, home_name: "Lake Road 7" });
    await house.command("bind_center", { home_id: room.home_id });
    await house.command("add_room", { ...room, room_name: "Hall", room_description: "" });
    await house.command("bind_lock", { ...room, uuid: uuidOf(lock) });
    const uuid = uuidOf(lock);
    await house.command("add_password", { uuid, is_default: 1, password: "908172", name: "Ann" });
    await house.command("add_password", { uuid, password: "135790", name: "Guest <b>of</b> Ann" });
    await house.until("the guest's code to be there", async () =>
      liveCodes(lock).includes("135790"),
    );
    assert.equal(lock.keypad("135790"), "opened");
    const ann = await Visitor.enter(browser, house);
    await ann.open(String((await house.latchctl("page"))["url"]));
    await setUp(ann.page, "Ann");
    await ann.page.getByRole("heading", { name: "Overview" }).waitFor();
    cookies = await ann.cookies();
    await ann.leave();
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  /** Shows each screen in turn, and returns what `look` finds on each, named by the screen. */
  async function walk(
    visitor: Visitor,
    look: (name: string) => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const found: string[] = [];
    await visitor.context.addCookies(cookies);
    await visitor.open("/");
    for (const [name, route] of screens) {
      await visitor.go(route.replace(":id", uuidOf(lock)));
      await visitor.shown();
      for (const one of await look(name)) found.push(`${name}: ${one}`);
    }
    return found;
  }

  it("is accessible in both themes, on a phone and a laptop", async () => {
    const visitor = await Visitor.enter(browser, house);
    assert.deepEqual(await walk(visitor, () => accessibilityFindings(visitor.page)), []);
    assert.deepEqual(visitor.faults, []);
    await visitor.leave();
  });

  it("is accessible in Chinese, and has no word of another language but names", async () => {
    const visitor = await Visitor.enter(browser, house, { language: "zh-CN" });
    const found = await walk(visitor, async () => [
      ...(await latinTexts(visitor.page, names)),
      ...(await accessibilityFindings(visitor.page)),
    ]);
    assert.deepEqual(found, []);
    assert.deepEqual(visitor.faults, []);
    await visitor.leave();
  });

  it("fits into 320 pixels without sideways scrolling, and gives its heading the focus", async () => {
    const visitor = await Visitor.enter(browser, house, { viewport: "narrow" });
    const found = await walk(visitor, async () => {
      const pixels = await sidewaysPixels(visitor.page);
      return pixels > 0 ? [`${pixels} pixels too wide`] : [];
    });
    assert.deepEqual(found, []);
    await visitor.leave();
  });

  it("is in docs/page.md as a picture; LATCHD_WRITE_DOCS=1 makes them again", async () => {
    if (writesDocs) {
      const visitor = await Visitor.enter(browser, house);
      await walk(visitor, async (name) => {
        await visitor.page.screenshot({ path: screenshotFile(name), type: "jpeg", quality: 70 });
        return [];
      });
      await visitor.leave();
    }
    const names = screens.map(([name, route]) => ({ name, route }));
    assert.deepEqual(writeScreenshotPage(names, writesDocs), []);
  });
});
