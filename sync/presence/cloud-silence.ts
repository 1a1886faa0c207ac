import { timestampOf } from "../../daemon/core/model/clock.ts";
import type { EventEntry } from "../../daemon/core/model/journal.ts";
import { put, type Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";

const settingName = "sync.cloudHeard";
/** How often the silence is looked at. */
const lookEveryMs = 10 * 60_000;
/** The time of the cloud's last word is written behind, at most so often: a restart forgets no more. */
const writeEveryMs = 3_600_000;

export interface CloudSilencePorts {
  readonly store: Store;
  readonly clock: Pick<SyncClock, "reading">;
  /** So long the cloud may say nothing that it has signed. */
  readonly limitMs: number;
  isConnected(): boolean;
  onFailure(error: unknown): void;
}

interface LastMessage {
  /** When the newest word was signed, in ms UTC of the cloud's clock. */
  readonly atMs: number;
  /** The silence since then was told. */
  readonly isTold: boolean;
}

/**
 * A broker between gateway and cloud may pass some messages on and keep others back, a revocation
 * among them. Nothing shows that to a gateway but that its cloud, whose words are signed and dated,
 * grows silent: then it says `cloudSilentAlarm`, and `clearCloudSilentAlarm` when a fresh word comes.
 */
export class CloudSilence {
  readonly #ports: CloudSilencePorts;
  #heard: LastMessage;
  #storedAtMs: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: CloudSilencePorts) {
    this.#ports = ports;
    this.#heard = storedHeard(ports.store) ?? { atMs: ports.clock.reading().nowMs, isTold: false };
    this.#storedAtMs = this.#heard.atMs;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.check(), lookEveryMs);
  }

  /** Resolves when nothing of it touches the store any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  /** A message came that the cloud had signed at `signedAtMs`. An old one, sent again, is no word. */
  noteSignedMessage(signedAtMs: number): void {
    const { nowMs } = this.#ports.clock.reading();
    const atMs = Math.min(signedAtMs, nowMs);
    if (atMs <= this.#heard.atMs) return;
    const { isTold, atMs: beforeMs } = this.#heard;
    const isEnded = isTold && nowMs - atMs < this.#ports.limitMs;
    this.#heard = { atMs, isTold: isTold && !isEnded };
    if (isEnded) this.#write([eventOf("clearCloudSilentAlarm", beforeMs, atMs)]);
    else if (atMs - this.#storedAtMs >= writeEveryMs) this.#write([]);
  }

  /** Looks now. While there is no connection the silence explains itself. */
  check(): void {
    const { clock, limitMs } = this.#ports;
    const { nowMs, state } = clock.reading();
    const { atMs, isTold } = this.#heard;
    if (isTold || state === "lost" || !this.#ports.isConnected()) return;
    if (nowMs - atMs <= limitMs) return;
    this.#heard = { atMs, isTold: true };
    this.#write([eventOf("cloudSilentAlarm", atMs, nowMs)]);
  }

  #write(journal: readonly EventEntry[]): void {
    const { store, clock, onFailure } = this.#ports;
    const { atMs, isTold } = this.#heard;
    this.#storedAtMs = atMs;
    const value = `${atMs} ${isTold ? "told" : "fresh"}`;
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

function storedHeard(store: Store): LastMessage | null {
  const value = store.get("setting", [settingName])?.value;
  const parts = /^([0-9]{1,16}) (told|fresh)$/.exec(typeof value === "string" ? value : "");
  return parts === null ? null : { atMs: Number(parts[1]), isTold: parts[2] === "told" };
}
