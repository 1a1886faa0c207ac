import type { Page } from "playwright-core";

/** A stretch of the time line in which a code opens, Unix seconds. */
export interface ShownWindow {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A bar of the picture, px from its left edge. */
export interface ShownBar {
  readonly name: string;
  readonly left: number;
  readonly right: number;
}

export interface ShownPicture {
  readonly widthPx: number;
  readonly bars: readonly ShownBar[];
}

/** The clocks of Berlin, by their names in British English. */
const offsets: Readonly<Record<string, string>> = { CET: "+01:00", CEST: "+02:00" };

/** Opens the table of a time line. @returns its rows that open, from their texts */
export async function shownTable(page: Page): Promise<readonly ShownWindow[]> {
  await page.getByText("As a table").click();
  const rows = page.locator("main table tbody tr");
  await rows.first().waitFor();
  const found: ShownWindow[] = [];
  for (const row of await rows.all()) {
    const [times = "", state = ""] = await row.locator("td").allInnerTexts();
    if (!state.includes("opens")) throw new Error(`a row is not open: ${times}: ${state}`);
    const [from = 0, to = 0] = times.split(" – ").map(secondsOf);
    found.push({ name: await row.locator("th").innerText(), from, to });
  }
  return found;
}

/** "25 Oct 2026, 02:30 CEST" */
function secondsOf(text: string): number {
  const [, day = "", time = "", clock = ""] = /^(.+), (\d\d:\d\d) (CES?T)$/.exec(text) ?? [];
  const ms = Date.parse(`${day} ${time} GMT${offsets[clock]}`);
  if (Number.isNaN(ms)) throw new Error(`no time: ${text}`);
  return ms / 1000;
}

const pictureScript = `(() => {
  const svg = document.querySelector(".time-box > svg");
  const names = [...document.querySelectorAll(".time-rows .row-name")].map((one) => one.textContent);
  const rows = [...svg.querySelectorAll("g")].filter((one) => one.querySelector(".lane") !== null);
  const bars = rows.flatMap((row, at) => [...row.querySelectorAll(".bar.open")].map((bar) => {
    const left = Number(bar.getAttribute("x"));
    return { name: names[at], left, right: left + Number(bar.getAttribute("width")) };
  }));
  return { widthPx: Number(svg.getAttribute("width")), bars };
})()`;

/** Returns the bars of the picture that is drawn. */
export async function shownPicture(page: Page): Promise<ShownPicture> {
  return await page.evaluate<ShownPicture>(pictureScript);
}
