import type { Page } from "playwright-core";

/** The passphrase of everybody in these tests. */
export const passphrase = "four words and a half";

/** Fills in the form of the first account, whose code came with the link. */
export async function setUp(page: Page, name: string): Promise<void> {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Passphrase").fill(passphrase);
  await page.getByRole("button", { name: "Make the account" }).click();
}
