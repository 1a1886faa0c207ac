import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { viewports } from "./visitor.ts";

const axeSource = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** WCAG 2.2 AA, and what axe calls best practice. */
const axeRun =
  "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })" +
  ".then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>" +
  " id + ' at ' + target.join(' ') + ': ' + failureSummary)))";

/** Returns what axe-core finds on the screen that is shown, one line for each place. */
async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  return await page.evaluate<readonly string[]>(axeRun);
}

const smallTargets = `Array.from(document.querySelectorAll("a, button, input, select, textarea, summary, [role=button], [tabindex='0']"))
  .filter((one) => one.checkVisibility() && !one.matches("p:not(.crumb) a, .window"))
  .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect()])
  .filter(([one, { width, height }]) => width > 0 && (width < 44 || height < 44))
  .map(([one, { width, height }]) => one.tagName + " " + (one.textContent || one.getAttribute("aria-label") || one.id).trim().slice(0, 30) + " " + Math.round(width) + "x" + Math.round(height))`;

/**
 * Returns the controls that are under 44 by 44 pixels. A link inside a sentence may be, and so may a window in a time
 * line, which is as wide as its time: the table beside it has the same rows.
 */
async function smallControls(page: Page): Promise<readonly string[]> {
  return await page.evaluate<readonly string[]>(smallTargets);
}

/** Returns by how many pixels the screen is wider than the window. */
export async function sidewaysPixels(page: Page): Promise<number> {
  return await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}

/**
 * Returns what is wrong with the screen that is shown, in both themes, on a phone and on a laptop: findings of axe-core,
 * small controls, sideways scrolling.
 */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const viewport of ["phone", "laptop"] as const) {
    await page.setViewportSize(viewports[viewport]);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const findings = await axeFindings(page);
      found.push(...findings.map((one) => `${viewport}, ${colorScheme}: ${one}`));
    }
    const small = await smallControls(page);
    found.push(...small.map((one) => `${viewport}: ${one} is small`));
    if ((await sidewaysPixels(page)) > 0) found.push(`${viewport}: it scrolls sideways`);
  }
  return found;
}
