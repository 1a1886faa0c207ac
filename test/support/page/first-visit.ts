import type { Browser } from "playwright-core";
import type { PageHouse } from "./page-house.ts";
import { setUp } from "./people.ts";
import { type VisitOptions, Visitor } from "./visitor.ts";

/** Opens the link of `latchctl page` on a new gateway, and makes Ann's account, the first one, in English. */
export async function firstVisit(
  browser: Browser,
  house: PageHouse,
  options: VisitOptions = {},
): Promise<Visitor> {
  const ann = await Visitor.enter(browser, house, options);
  await ann.open(linkHere(house, (await house.latchctl("page"))["url"]));
  await setUp(ann.page, "Ann");
  await ann.page.getByRole("heading", { name: "Overview" }).waitFor();
  return ann;
}

/** Returns a link of the gateway under the name by which the browser reaches it. */
export function linkHere(house: PageHouse, url: unknown): string {
  return String(url).replace(/^https?:\/\/[^/]+/, house.origin);
}
