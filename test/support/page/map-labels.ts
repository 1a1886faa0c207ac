import type { Page } from "playwright-core";

const labelsScript = `(() => {
  const svg = document.querySelector(".network-map svg");
  const inside = (inner, outer) =>
    inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
  const labels = [...svg.querySelectorAll("g.device text")].map((one) => ({
    text: one.textContent,
    box: one.getBoundingClientRect(),
    card: one.parentElement.querySelector(".card-ground").getBoundingClientRect(),
    size: parseFloat(getComputedStyle(one).fontSize),
  }));
  const found = [];
  for (const { text, box, card, size } of labels) {
    if (!inside(box, card)) found.push(text + " is wider than its card");
    if (!inside(card, svg.getBoundingClientRect())) found.push(text + " is outside the picture");
    if (size < 12) found.push(text + " is too small to read");
  }
  for (const [at, { text, box }] of labels.entries()) {
    for (const other of labels.slice(at + 1)) {
      const isApart = box.right <= other.box.left || other.box.right <= box.left ||
        box.bottom <= other.box.top || other.box.bottom <= box.top;
      if (!isApart) found.push(text + " lies on " + other.text);
    }
  }
  return { devices: svg.querySelectorAll("g.device").length, found };
})()`;

/** What cannot be read in the picture of the network. */
export interface MapLabels {
  readonly devices: number;
  readonly found: readonly string[];
}

/** Compares the boxes of all labels in the picture of the network. */
export async function mapLabels(page: Page): Promise<MapLabels> {
  return await page.evaluate<MapLabels>(labelsScript);
}
