import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { type CommandState, useCommand } from "../../api/command-state.ts";
import type { LiveEvent } from "../../api/live-events.ts";
import { Fault } from "../../widgets/fault.tsx";
import { texts } from "./texts.ts";
import "../../styles/locks.css";

export type Tab = "lock" | "codes" | "time" | "history" | "radio" | "slots";

const tabs: readonly Tab[] = ["lock", "codes", "time", "history", "radio", "slots"];

/** Names that were read before: a screen of a lock has its name at once. */
const names = new Map<string, string>();

/** Reads one lock, again after each of its events. */
export function useLock(id: string): CommandState<"show_lock"> {
  return useCommand("show_lock", { uuid: id }, { isAffectedBy: isOf(id) });
}

/** Returns what tells whether an event is of a lock. */
export function isOf(id: string): (event: LiveEvent) => boolean {
  return ({ body }) => body["uuid"] === id;
}

interface LockFrameProps {
  readonly id: string;
  readonly tab: Tab;
  readonly state: CommandState<"show_lock">;
  /** Heading; absent = the name of the tab, and on the first tab the lock's. */
  readonly title?: string;
  readonly children?: ComponentChildren;
}

/** What every screen of a lock has: the way back, the heading, and the other screens of the lock. */
export function LockFrame({ id, tab, state, title, children }: LockFrameProps) {
  const { locks, common } = texts.value;
  const read = state.answer.value;
  if (read !== null) names.set(id, read.name);
  const name = names.get(id) ?? id;
  const heading = title ?? (tab === "lock" ? name : locks.tabs[tab]);
  useEffect(() => {
    document.title = tab === "lock" ? `${name} · latchd` : `${heading} · ${name} · latchd`;
  }, [name, heading]);
  return (
    <>
      <p class="crumb">
        <a href="#/locks">{common.locks}</a>
        {tab !== "lock" && (
          <>
            {" › "}
            <a href={`#/locks/${id}`}>{name}</a>
          </>
        )}
      </p>
      <h1>{heading}</h1>
      <ul class="tabs" aria-label={locks.ofLock(name)}>
        {tabs.map((one) => (
          <li key={one}>
            <a
              href={`#/locks/${id}${one === "lock" ? "" : `/${one}`}`}
              {...(one === tab ? { "aria-current": "page" as const } : {})}
            >
              {locks.tabs[one]}
            </a>
          </li>
        ))}
      </ul>
      <Fault error={state.error.value} />
      {children}
    </>
  );
}
