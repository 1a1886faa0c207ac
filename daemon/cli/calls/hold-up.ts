import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { dayAndTimeText, durationText } from "../times/time-format.ts";
import { whenText } from "../views/password-view.ts";

/** A password, and what people call its lock. */
export interface AwaitedPassword {
  readonly uuid: string;
  readonly name: string;
  readonly id: number;
  readonly timeZone: string;
  readonly nowMs: number;
}

/** Why a change does not get to its lock now. */
export interface HoldUp {
  readonly text: string;
  /** Waiting is of no use: nothing happens before somebody acts, or before its time. */
  readonly isEnd: boolean;
}

/** A lock that was silent for longer than this is no longer just slow, s. */
const longSilenceS = 120;

/**
 * Returns what holds up a password that the lock has not confirmed, or null if nothing is known to.
 * @param record the password as `fetch_passwords` has it
 * @throws DaemonUnreachable
 */
export async function holdUpOf(
  client: DaemonClient,
  password: AwaitedPassword,
  record: JsonObject,
): Promise<HoldUp | null> {
  return (
    beginOf(record, password) ?? (await stickHoldUp(client)) ?? (await lockHoldUp(client, password))
  );
}

/** Outside of its times the gateway does not put a code into the lock. */
function beginOf(record: JsonObject, { timeZone, nowMs }: AwaitedPassword): HoldUp | null {
  const { permission, permission_state: state, operation, weekly } = record;
  if (state !== notInForce || operation === deletion) return null;
  const { begin } = isJsonObject(permission) ? permission : {};
  if (typeof begin === "number" && begin * 1000 > nowMs) {
    const at = dayAndTimeText(begin * 1000, timeZone);
    return { text: `it starts ${at}; the lock gets it then`, isEnd: true };
  }
  if (weekly === undefined) return null;
  return { text: `it opens ${whenText(record, timeZone)}; the lock gets it then`, isEnd: true };
}

const notInForce = 2;
const deletion = 2;

async function stickHoldUp(client: DaemonClient): Promise<HoldUp | null> {
  const { parts } = await client.health();
  const { stick } = isJsonObject(parts) ? parts : {};
  if (!isJsonObject(stick) || stick["state"] !== "down") return null;
  const text = "the Zigbee stick does not answer, so nothing reaches a lock: latchctl doctor";
  return { text, isEnd: true };
}

async function lockHoldUp(
  client: DaemonClient,
  { uuid, name }: AwaitedPassword,
): Promise<HoldUp | null> {
  const lock = await client.command("show_lock", { uuid });
  const { capabilities, grants_held: held, silent_for_s: silent, onoff_line: line } = lock;
  if (held === 1) {
    return {
      text: `${name} gets no codes until somebody confirms it: latchctl doctor`,
      isEnd: true,
    };
  }
  if (isJsonObject(capabilities) && capabilities["isSleepy"] === true) {
    return { text: `${name} sleeps: press a key on it`, isEnd: false };
  }
  if (typeof silent === "number" && silent > longSilenceS) {
    return {
      text: `${name} has been silent for ${durationText(silent)}: press a key on it`,
      isEnd: false,
    };
  }
  return line === 2 ? { text: `${name} is offline: press a key on it`, isEnd: false } : null;
}
