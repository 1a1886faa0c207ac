import type { Secret } from "../daemon/core/secret.ts";

/** Waits between connection attempts, in ms. Every wait is drawn at random below its ceiling. */
export interface ReconnectLimits {
  /** Ceiling of the first wait after a failed attempt; it doubles with each failure. */
  readonly baseMs: number;
  /** No ceiling is higher than this. Also the wait after a fault that only people can mend. */
  readonly maxMs: number;
  /**
   * Ceiling of the first wait after the broker cut a connection that stood: it may have cut
   * every gateway's, and they must not all come back in the same second.
   */
  readonly firstMaxMs: number;
}

/** How the gateway reaches its cloud. Everything but `url` and `digest` has a default. */
export interface CloudSyncOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
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
  /** Whose word moves the cursor: the broker's PUBACK, or the cloud's `{epoch, seq}` on down/sync. */
  readonly acknowledge?: "broker" | "cloud";
  /** Most records on their way to the broker at one time, 1 … 1000. A lower Receive Maximum wins. */
  readonly window?: number;
  /** Keyed hash over the desired and the confirmed state, for the birth message. */
  digest(): string;
  readonly reconnect?: Partial<ReconnectLimits>;
  /** MQTT 5: how long the broker holds back the will, to hide short losses. */
  readonly willDelaySeconds?: number;
  /** How long the broker may take from the TCP connection to the SUBACK. */
  readonly connectTimeoutMs?: number;
  /** How long the broker may leave every publication unanswered before the link is given up. */
  readonly acknowledgeTimeoutMs?: number;
  /**
   * With `acknowledge: "cloud"`: how long the cloud may stay silent about records that the broker
   * has taken before they are sent again.
   */
  readonly cloudTimeoutMs?: number;
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
}

export function withDefaults(options: CloudSyncOptions): SyncSettings {
  return {
    protocol: 5,
    prefix: "latch/1",
    keepaliveSeconds: 60,
    acknowledge: "broker",
    window: 16,
    willDelaySeconds: 45,
    connectTimeoutMs: 30_000,
    acknowledgeTimeoutMs: 30_000,
    cloudTimeoutMs: 120_000,
    ...options,
    reconnect: { baseMs: 1_000, maxMs: 300_000, firstMaxMs: 60_000, ...options.reconnect },
  };
}
