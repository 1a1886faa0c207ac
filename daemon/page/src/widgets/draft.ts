import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";

const prefix = "latchd.draft.";

/**
 * A text that outlives a reload of the page in this tab, for what somebody is typing. Never for codes and
 * passphrases: these stay in memory. Clear it once it is sent.
 */
export function useDraft(name: string, first = ""): Signal<string> {
  const key = prefix + name;
  const draft = useMemo(() => signal(sessionStorage.getItem(key) ?? first), [key, first]);
  useEffect(
    () =>
      draft.subscribe((text) => {
        if (text === first) sessionStorage.removeItem(key);
        else sessionStorage.setItem(key, text);
      }),
    [draft, key, first],
  );
  return draft;
}
