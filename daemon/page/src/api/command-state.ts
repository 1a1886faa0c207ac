import { type Signal, signal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Answer, type CommandName, call, type Params } from "./call.ts";
import { type LiveEvent, onLiveEvent } from "./live-events.ts";

/** A read of the gateway as a screen shows it. The last answer stays while a newer one is on its way. */
export interface CommandState<Name extends CommandName> {
  readonly answer: Signal<Answer<Name> | null>;
  readonly error: Signal<Error | null>;
  /** Reads again now. */
  refresh(): Promise<void>;
}

export interface RefreshOptions {
  /** Reads again at each event for which this is true. Absent = at any event. */
  readonly isAffectedBy?: (event: LiveEvent) => boolean;
  /** Reads again after this pause, ms, for what no event tells. Absent = 15 s. */
  readonly everyMs?: number;
}

/** Events that come together cause one read. */
const settleMs = 150;
const defaultEveryMs = 15_000;

/** Reads a command when the screen opens, after events, and now and then, and again when its fields change. */
export function useCommand<Name extends CommandName>(
  name: Name,
  params: Params<Name>,
  options: RefreshOptions = {},
): CommandState<Name> {
  const key = JSON.stringify(params);
  const state = useMemo(() => stateOf(name, params), [name, key]);
  useEffect(() => {
    let settling: ReturnType<typeof setTimeout> | null = null;
    const unsubscribe = onLiveEvent((event) => {
      if (options.isAffectedBy?.(event) === false || settling !== null) return;
      settling = setTimeout(() => {
        settling = null;
        void state.refresh();
      }, settleMs);
    });
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void state.refresh();
    }, options.everyMs ?? defaultEveryMs);
    void state.refresh();
    return () => {
      unsubscribe();
      clearInterval(timer);
      if (settling !== null) clearTimeout(settling);
    };
  }, [state]);
  return state;
}

function stateOf<Name extends CommandName>(name: Name, params: Params<Name>): CommandState<Name> {
  const answer = signal<Answer<Name> | null>(null);
  const error = signal<Error | null>(null);
  let newest = 0;
  const refresh = async (): Promise<void> => {
    newest += 1;
    const own = newest;
    try {
      const read = await call(name, params);
      if (own !== newest) return;
      answer.value = read;
      error.value = null;
    } catch (cause) {
      if (own === newest) error.value = cause instanceof Error ? cause : new Error(String(cause));
    }
  };
  return { answer, error, refresh };
}
