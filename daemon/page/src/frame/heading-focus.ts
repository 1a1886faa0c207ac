/**
 * Puts the focus on a screen's heading, so that a keyboard and a screen reader begin there, and names the window by it.
 * A screen may show another heading once it has read the gateway: the focus follows until the person does something.
 * @param level "h2" for a step within a screen, which keeps the window's name
 * @returns what ends it
 */
export function followHeading(main: Element, level: "h1" | "h2" = "h1"): () => void {
  const focus = (): void => {
    const heading = main.querySelector(level);
    if (heading === null) return;
    if (level === "h1") document.title = `${heading.textContent} · latchd`;
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (!isFree) return;
    heading.setAttribute("tabindex", "-1");
    heading.focus();
  };
  const observer = new MutationObserver(focus);
  observer.observe(main, { childList: true, subtree: true });
  const end = (): void => observer.disconnect();
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, end, { once: true, capture: true });
  }
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  focus();
  return end;
}
