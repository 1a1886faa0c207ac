import type { Secret } from "../daemon/core/model/secret.ts";
import { defaultRetention, type RetentionLimits } from "../daemon/journal/retention.ts";
import type { Store } from "../daemon/store/store.ts";
import type { SyncClock } from "./clock-port.ts";
import type { Body } from "./down/message-body.ts";
import { defaultCommandRate, type RateLimit } from "./down/rate-limit.ts";
import type { ReconnectLimits } from "./link/reconnect.ts";
import type { StateDigest } from "./presence/state-digest.ts";
import type { DownTopic } from "./topics.ts";
import { type BacklogLimits, defaultBacklogLimits } from "./up/backlog.ts";
import type { Seal } from "./up/encoding/encoder.ts";

/** Reads a message from the cloud. It returns a promise only if messages are protected. */
export type Reader = (kind: DownTopic, payload: Uint8Array) => Body | Promise<Body>;

/** End-to-end protection between cloud and gateway, so that the broker need not be trusted. */
export interface Protection {
  /** The id of the key to which the cloud must encrypt. */
  readonly currentKid: string;
  /** Whether messages from the cloud must be signed. */
  readonly isSigned: boolean;
  /** Returns null if messages need no signature. */
  reader(ports: {
    readonly gatewayId: string;
    readonly store: Store;
    readonly clock: SyncClock;
    /** Called for a valid message with the time at which the cloud signed it, in ms UTC. */
    onVouched(signedAtMs: number): void;
  }): Reader | null;
  /** Returns null if codes are sent in clear. */
  sealer(gatewayId: string): Seal | null;
}

/** How the gateway reaches its cloud. Everything but `url` and `digest` has a default. */
export interface CloudSyncOptions {
  /**
   * `mqtt://`, `mqtts://`, `ws://` or `wss://` with host and port; of several, at most 8, the next
   * one is tried when one cannot be reached.
   */
  readonly url: string | readonly string[];
  /** MQTT 5, or 4 for MQTT 3.1.1. */
  readonly protocol?: 5 | 4;
  readonly username?: string;
  readonly password?: Secret;
  /** PEM texts: the broker's authority, and the gateway's own certificate and key. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: Secret;
  /** Topic prefix without a slash at its ends. */
  readonly prefix?: string;
  readonly keepaliveSeconds?: number;
  /** What moves the cursor: the broker's PUBACK, or the cloud's `{epoch, seq}` on down/sync. */
  readonly acknowledge?: "broker" | "cloud";
  /** Most records in flight to the broker, 1 … 1000. A lower Receive Maximum wins. */
  readonly window?: number;
  /** Keyed hash over the desired and the confirmed state. */
  readonly digest: StateDigest;
  readonly reconnect?: Partial<ReconnectLimits>;
  /** MQTT 5: how long the broker delays the will, to hide short losses. */
  readonly willDelaySeconds?: number;
  /** A loss shorter than this causes no event; by default the will's delay. */
  readonly offlineAlarmAfterMs?: number;
  /** How often the birth message is published again, with a fresh digest; each wait ± 50 %. */
  readonly refreshMs?: number;
  /** What may wait for the cloud. */
  readonly backlog?: BacklogLimits;
  /** How many records are kept that the cloud already has. */
  readonly retention?: RetentionLimits;
  /** Commands above it are answered `busy`. */
  readonly commandRate?: RateLimit;
  /** Signed commands and encrypted codes; without it TLS and the broker are trusted. */
  readonly protection?: Protection;
  /** How long the broker may take from the TCP connection to the SUBACK. */
  readonly connectTimeoutMs?: number;
  /** How long the broker may acknowledge nothing before the connection is dropped. */
  readonly acknowledgeTimeoutMs?: number;
  /**
   * With `acknowledge: "cloud"`: how long the cloud may leave records unacknowledged that the broker
   * has accepted, before they are sent again.
   */
  readonly cloudTimeoutMs?: number;
  /**
   * With `acknowledge: "broker"` and MQTT 5: how long records wait for a subscriber if the broker says that
   * there is none.
   */
  readonly unheardWaitMs?: number;
  /** If messages must be signed: a cloud that is silent for longer than this is an alarm. */
  readonly cloudSilenceMs?: number;
}

/** {@link CloudSyncOptions} with every default filled in. */
export interface SyncSettings extends CloudSyncOptions {
  readonly protocol: 5 | 4;
  readonly prefix: string;
  readonly keepaliveSeconds: number;
  readonly acknowledge: "broker" | "cloud";
  readonly window: number;
  readonly reconnect: ReconnectLimits;
  readonly willDelaySeconds: number;
  readonly connectTimeoutMs: number;
  readonly acknowledgeTimeoutMs: number;
  readonly cloudTimeoutMs: number;
  readonly unheardWaitMs: number;
  readonly cloudSilenceMs: number;
  readonly urls: readonly string[];
  readonly offlineAlarmAfterMs: number;
  readonly refreshMs: number;
  readonly backlog: BacklogLimits;
  readonly retention: RetentionLimits;
  readonly commandRate: RateLimit;
}

const sixHoursMs = 6 * 3600 * 1000;

export function withDefaults(options: CloudSyncOptions): SyncSettings {
  const willDelaySeconds = options.willDelaySeconds ?? 45;
  return {
    protocol: 5,
    prefix: "latch/1",
    keepaliveSeconds: 60,
    acknowledge: "broker",
    window: 16,
    willDelaySeconds,
    offlineAlarmAfterMs: willDelaySeconds * 1_000,
    refreshMs: sixHoursMs,
    backlog: defaultBacklogLimits,
    retention: defaultRetention,
    commandRate: defaultCommandRate,
    connectTimeoutMs: 30_000,
    acknowledgeTimeoutMs: 30_000,
    cloudTimeoutMs: 120_000,
    unheardWaitMs: 10 * 60_000,
    cloudSilenceMs: 12 * 3600 * 1000,
    ...options,
    urls: typeof options.url === "string" ? [options.url] : options.url,
    reconnect: { baseMs: 1_000, maxMs: 300_000, firstMaxMs: 60_000, ...options.reconnect },
  };
}
