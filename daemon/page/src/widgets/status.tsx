import type { ComponentChildren } from "preact";

export type Level = "ok" | "warn" | "bad" | "wait" | "off";

/** A sign for each level, so that nothing is said by colour alone. */
const signs: Readonly<Record<Level, string>> = {
  ok: "✓",
  warn: "!",
  bad: "✕",
  wait: "…",
  off: "–",
};

/** A state in words, with a sign and a colour. */
export function Status({
  level,
  children,
}: {
  readonly level: Level;
  readonly children: ComponentChildren;
}) {
  return (
    <span class={`status ${level}`}>
      <span aria-hidden="true" class="sign">
        {signs[level]}
      </span>
      <span>{children}</span>
    </span>
  );
}
