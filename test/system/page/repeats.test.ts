import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { firstVisit } from "../../support/page/first-visit.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { startBrowser, type Visitor } from "../../support/page/visitor.ts";

describe("a step of the page that is repeated", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  let ann: Visitor;
  let lock: VirtualLock;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
    lock = await house.pair({ profile: "LATCH-ZCL-1" }, "front");
    ann = await firstVisit(browser, house);
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  /** Lets the next call of a command fail as if the disk had not taken it. */
  async function failOnce(command: string): Promise<void> {
    await ann.page.route(
      `**/openapi/v1/${command}`,
      (route) =>
        route.fulfill({ status: 503, json: { ErrNo: 14003, ErrMsg: "nothing was changed" } }),
      { times: 1 },
    );
  }

  async function homes(): Promise<readonly (readonly unknown[])[]> {
    const { homes: found } = await house.command("list_homes", {});
    assert.ok(Array.isArray(found));
    return found.map(({ home_name, has_gateway, rooms }) => [
      ...[home_name, has_gateway],
      rooms.map(({ room_name, lock: there }: Record<string, unknown>) => [room_name, there]),
    ]);
  }

  it("makes one home and one room for a new lock, with the names of the last try", async () => {
    const { page } = ann;
    await ann.go("/pair");
    await page.getByRole("button", { name: "Go on with front" }).click();
    await page.getByLabel("Where it is").selectOption({ label: "Add a home" });
    await page.getByLabel("Name of the new home").fill("Flat hose");
    await page.getByLabel("Room", { exact: false }).last().fill("Kitchen");
    await failOnce("move_lock");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByText("The gateway's disk did not take it").waitFor();
    await page.getByLabel("Name of the new home").fill("Flat house");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("heading", { name: "Administrator's code" }).waitFor();
    assert.deepEqual(await homes(), [["Flat house", 1, [["Kitchen", uuidOf(lock)]]]]);
  });

  it("makes one home on the page of the homes", async () => {
    const { page } = ann;
    await ann.go("/homes");
    await page.getByRole("button", { name: "Add a home" }).click();
    const form = page.getByRole("region", { name: "Add a home" });
    await form.getByLabel("Name", { exact: true }).fill("Second house");
    await failOnce("bind_center");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByText("The gateway's disk did not take it").waitFor();
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await house.until("the home to be served", async () => (await homes())[1]?.[1] === 1);
    assert.deepEqual(
      (await homes()).map(([name]) => name),
      ["Flat house", "Second house"],
    );
  });

  it("leaves a lock in its room when the move fails, and moves it in one call", async () => {
    const { page } = ann;
    const calls: string[] = [];
    page.on("request", (request) => calls.push(new URL(request.url()).pathname));
    await ann.go(`/locks/${uuidOf(lock)}`);
    await page.getByLabel("Home and room").selectOption({ label: "Second house · outer door" });
    await failOnce("move_lock");
    await page.getByRole("button", { name: "Move" }).click();
    await page.getByText("The gateway's disk did not take it").waitFor();
    const before = await homes();
    assert.deepEqual(before[0], ["Flat house", 1, [["Kitchen", uuidOf(lock)]]]);
    await page.getByRole("button", { name: "Move" }).click();
    await house.until("the lock to be moved", async () => {
      const { home_id } = await house.command("show_lock", { uuid: uuidOf(lock) });
      return home_id === "second-house";
    });
    assert.equal(calls.includes("/openapi/v1/unbind_lock"), false);
  });
});
