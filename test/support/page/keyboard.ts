import type { Page } from "playwright-core";

/** Enough for every screen; a control that needs more cannot be reached. */
const mostTabs = 60;

const focusScript = `(() => {
  const at = document.activeElement;
  // After the last control the focus goes once round the browser itself.
  if (at === document.body) return { name: "", isSeen: true };
  const label = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(at.type === "file" || at.type === "radio" ? at.labels[0] : at);
  return { name: label.trim(), isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) > 0 };
})()`;

/**
 * Presses Tab until the control with this name has the focus.
 * @throws Error with the controls on the way when it is not reached, or when a control does not show its focus
 */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < mostTabs) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate<{ readonly name: string; readonly isSeen: boolean }>(
      focusScript,
    );
    passed.push(at.name);
    if (!at.isSeen) throw new Error(`the focus is not seen at ${at.name}`);
    if (at.name === name) return;
  }
  throw new Error(`Tab does not lead to ${name}; it leads to ${passed.join(", ")}`);
}
