import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { pageFolder } from "../../../daemon/api/page/page-folder.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { uuidOf } from "../../support/page/page-house.ts";
import { passphrase } from "../../support/page/people.ts";
import { type ShownPicture, shownPicture, shownTable } from "../../support/page/time-line.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";
import { credentialsOf, type RunningApi, runApi } from "../../support/rest/running-api.ts";
import { ClockChangeNight, clockChangeNights } from "../../support/rigs/clock-change-night.ts";

const hourS = 3_600;
/** The days of Berlin in which the clocks change. */
const days = {
  autumn: {
    fromS: Date.UTC(2026, 9, 24, 22) / 1000,
    lengthS: 25 * hourS,
    title: /^Sun,? 25 Oct$/,
    change: "clocks go 60 min back, 25 Oct 2026, 02:00",
  },
  spring: {
    fromS: Date.UTC(2027, 2, 27, 23) / 1000,
    lengthS: 23 * hourS,
    title: /^Sun,? 28 Mar$/,
    change: "clocks go 60 min forward, 28 Mar 2027, 03:00",
  },
} as const;

describe("the time line of the page in the night of a clock change", { timeout: 300_000 }, () => {
  let night: ClockChangeNight;
  let running: RunningApi;
  let browser: Browser;
  before(async () => {
    [night, browser] = await Promise.all([ClockChangeNight.open(), startBrowser()]);
    const clock = () => ({ nowMs: night.nowSeconds * 1000, state: "synced" }) as const;
    const { executor, store } = night.rig;
    const credentials = credentialsOf(store, clock);
    running = await runApi(store, { commands, executor, clock, credentials, page: pageFolder });
    const account = { name: "Ann", scope: "manager", passphrase };
    const { ErrNo } = await night.rig.call("account_add", account, "socket");
    assert.equal(ErrNo, 0);
  });
  after(async () => {
    await browser.close();
    await running.api.close();
    await night.close();
  });

  /** What the page shows of a day, to a browser in another zone. */
  async function shownDay(
    isNextDay: boolean,
    { title, change }: (typeof days)["autumn" | "spring"],
  ) {
    const house = { origin: `http://127.0.0.1:${running.tcp.port}` };
    const ann = await Visitor.enter(browser, house, { viewport: "laptop", zone: "Asia/Shanghai" });
    await ann.open("/");
    await ann.signIn("Ann");
    await ann.go(`/locks/${uuidOf(night.lock)}/time`);
    await ann.page.getByLabel("Day", { exact: true }).check();
    if (isNextDay) await ann.page.getByRole("button", { name: "Later" }).click();
    await ann.page.getByRole("heading", { level: 2, name: title }).waitFor();
    await ann.page.locator(".time-box .bar").first().waitFor();
    await ann.page.getByText(change).waitFor();
    const shown = { table: await shownTable(ann.page), picture: await shownPicture(ann.page) };
    assert.deepEqual(ann.faults, []);
    await ann.leave();
    return shown;
  }

  for (const season of ["autumn", "spring"] as const) {
    it(`says and draws what the lock answers at every minute in ${season}, before and after`, async () => {
      const from = clockChangeNights[season];
      const day = days[season];
      await night.restBefore(from);
      const before = await shownDay(true, day);
      const answers = await night.pass(from, await night.windowsOf(from));
      const later = await shownDay(false, day);
      for (const { table, picture } of [before, later]) {
        for (const [at, codes] of answers) {
          const said = table.filter((row) => row.from <= at && at < row.to).map(({ name }) => name);
          assert.deepEqual(ofWeeks(said), codes, `the table at ${at}`);
          const drawn = drawnAt(picture, (at - day.fromS) / day.lengthS);
          if (drawn !== null) assert.deepEqual(ofWeeks(drawn), codes, `the picture at ${at}`);
        }
      }
      assert.ok(new Set([...answers.values()].map(String)).size > 2, "the codes come and go");
    });
  }
});

/** Without the administrator's, which opens always. */
function ofWeeks(names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith("1200")).sort();
}

/** Returns the names at a share of the picture's width; null = a pixel is too coarse to say. */
function drawnAt({ widthPx, bars }: ShownPicture, share: number): readonly string[] | null {
  const x = share * widthPx;
  const isAtEdge = bars.some(({ left, right }) =>
    [left, right].some((one) => Math.abs(one - x) < 1),
  );
  if (isAtEdge) return null;
  return bars.filter(({ left, right }) => left < x && x < right).map(({ name }) => name);
}
