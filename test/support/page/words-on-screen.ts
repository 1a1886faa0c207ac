import { hostname } from "node:os";
import type { Page } from "playwright-core";

/** Names that are the same in every language, and what is measured or made by machines. */
const sameEverywhere =
  /\w+:\/\/[\w.:-]+|ZStack\w+|\bsudo .+|0x[0-9a-f]+|[A-Z]+-[A-Z]+-\d+|\b[A-Z]\w+\/\w+\b|“[^”]*”|\b(?:latchd|English|Zigbee|IEEE|QR|TLS|CSV|USB|NTP|UTC|GMT|MQTT|MAC|PAN|ID|LQI|dBm?|Chrom(?:e|ium)|Linux|iPhone|iPad|SHA|trace|debug|info|journalctl -u|docs\/\w+\.md|Android|iOS|Windows|macOS|Safari|ms|kB|MB|MiB|GB|pt|px)\b/g;

const textsScript = `(() => {
  const texts = [document.title];
  const isShown = (one) => one !== null && one.closest("[lang=en], code, .mono") === null &&
    (one.matches("option") || one.checkVisibility());
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (isShown(walker.currentNode.parentElement)) texts.push(walker.currentNode.data);
  for (const one of document.querySelectorAll("[aria-label], [aria-description], [placeholder], [title], [alt]")) {
    if (!isShown(one)) continue;
    for (const name of ["aria-label", "aria-description", "placeholder", "title", "alt"]) {
      texts.push(one.getAttribute(name) ?? "");
    }
  }
  return texts;
})()`;

/**
 * Returns the texts on the screen, and those for screen readers, that have words in Latin letters: in Chinese they were
 * not translated. Details in English say so by their
 * language; they and commands are left out.
 * @param names what people and makers call things in the test
 */
export async function latinTexts(
  page: Page,
  names: readonly string[] = [],
): Promise<readonly string[]> {
  const texts = await page.evaluate<readonly string[]>(textsScript);
  const isLatin = (text: string): boolean => {
    const left = [hostname(), ...names].reduce((rest, name) => rest.replaceAll(name, ""), text);
    return /[a-z]{2}/i.test(left.replaceAll(sameEverywhere, ""));
  };
  return texts.filter(isLatin);
}
