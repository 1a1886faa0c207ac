import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../daemon/core/model/journal.ts";
import { put, type Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";

/** Stored as `<ms> told` or `<ms> fresh`: the last message, and whether the silence since then is reported. */
const settingName = "sync.cloudHeard";
/** How often the silence is checked. */
const checkEveryMs = 10 * 60_000;
/** How often the time of the cloud's last message is written. A restart forgets at most this long. */
const writeEveryMs = 3_600_000;

export interface CloudSilencePorts {
  readonly store: Store;
  readonly clock: Pick<SyncClock, "reading">;
  /** How long the cloud may send no signed message. */
  readonly limitMs: number;
  isConnected(): boolean;
  onFailure(error: unknown): void;
}

interface LastMessage {
  /** When the newest message was signed, in ms UTC of the cloud's clock. */
  readonly atMs: number;
  /** Whether the alarm about the silence since then is in the journal. */
  readonly isReported: boolean;
}

/**
 * Raises `cloudSilentAlarm` when the cloud is silent for too long, and `clearCloudSilentAlarm` when a fresh
 * message comes. A broker may forward some messages and suppress others, such as a revocation. The only sign
 * of that is the silence of a cloud whose messages are signed and dated.
 */
export class CloudSilence {
  readonly #ports: CloudSilencePorts;
  #last: LastMessage;
  #storedAtMs: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: CloudSilencePorts) {
    this.#ports = ports;
    this.#last = storedLastMessage(ports.store) ?? {
      atMs: ports.clock.reading().nowMs,
      isReported: false,
    };
    this.#storedAtMs = this.#last.atMs;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.check(), checkEveryMs);
  }

  /** Resolves when it no longer uses the store. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  /** The cloud signed a message at `signedAtMs`. An older one that was sent again does not count. */
  noteSignedMessage(signedAtMs: number): void {
    const { nowMs } = this.#ports.clock.reading();
    const atMs = Math.min(signedAtMs, nowMs);
    if (atMs <= this.#last.atMs) return;
    const { isReported, atMs: beforeMs } = this.#last;
    const isEnded = isReported && nowMs - atMs < this.#ports.limitMs;
    this.#last = { atMs, isReported: isReported && !isEnded };
    if (isEnded) this.#write([eventOf("clearCloudSilentAlarm", beforeMs, atMs)]);
    else if (atMs - this.#storedAtMs >= writeEveryMs) this.#write([]);
  }

  /** Checks now. Without a connection the silence is expected. */
  check(): void {
    const { clock, limitMs } = this.#ports;
    const { nowMs, state } = clock.reading();
    const { atMs, isReported } = this.#last;
    if (isReported || state === "lost" || !this.#ports.isConnected()) return;
    if (nowMs - atMs <= limitMs) return;
    this.#last = { atMs, isReported: true };
    this.#write([eventOf("cloudSilentAlarm", atMs, nowMs)]);
  }

  #write(journal: readonly EventEntry[]): void {
    const { store, clock, onFailure } = this.#ports;
    const { atMs, isReported } = this.#last;
    this.#storedAtMs = atMs;
    const value = `${atMs} ${isReported ? "told" : "fresh"}`;
    const changes = [put("setting", [settingName], { value })];
    const written = store
      .commit({ changes, journal }, timestampOf(clock.reading()))
      .then(() => {})
      .catch(onFailure);
    this.#writing = Promise.all([this.#writing, written]).then(() => {});
  }
}

function eventOf(
  event: "cloudSilentAlarm" | "clearCloudSilentAlarm",
  sinceMs: number,
  untilMs: number,
): EventEntry {
  const detail = {
    since: Math.floor(sinceMs / 1000),
    silent_s: Math.max(0, Math.round((untilMs - sinceMs) / 1000)),
  };
  return { kind: "event", event, lock: null, detail };
}

function storedLastMessage(store: Store): LastMessage | null {
  const value = store.get("setting", [settingName])?.value;
  const parts = /^([0-9]{1,16}) (told|fresh)$/.exec(typeof value === "string" ? value : "");
  return parts === null ? null : { atMs: Number(parts[1]), isReported: parts[2] === "told" };
}
