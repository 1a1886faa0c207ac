import type { IClientOptions } from "mqtt";
import type { SyncSettings } from "../options.ts";

/** Largest packet accepted from the broker: far above any body that is read, and small enough for memory. */
export const maxPacketBytes = 1024 * 1024;
/** MQTT 5 session expiry. Nothing depends on the session: it only saves messages being sent again. */
const sessionExpirySeconds = 24 * 3600;

/** What a connection needs of the settings. */
export type LinkSettings = Pick<
  SyncSettings,
  | "urls"
  | "protocol"
  | "username"
  | "password"
  | "ca"
  | "cert"
  | "key"
  | "keepaliveSeconds"
  | "willDelaySeconds"
  | "connectTimeoutMs"
  | "acknowledgeTimeoutMs"
  | "window"
  | "reconnect"
>;

/** What the broker does with the session that it may have stored. */
export interface SessionWish {
  /** It must drop the stored session. */
  readonly isFresh: boolean;
  /** It may store this one when the connection is lost. */
  readonly isKept: boolean;
}

export interface ClientIdentity {
  readonly clientId: string;
  readonly will: { readonly topic: string; readonly body: string };
}

/**
 * Returns options with which MQTT.js neither reconnects, nor subscribes by itself, nor stores anything for
 * later.
 */
export function clientOptionsOf(
  settings: LinkSettings,
  identity: ClientIdentity,
  { isFresh, isKept }: SessionWish,
): IClientOptions {
  const isV5 = settings.protocol === 5;
  return {
    clientId: identity.clientId,
    protocolVersion: settings.protocol,
    clean: isFresh,
    keepalive: settings.keepaliveSeconds,
    connectTimeout: settings.connectTimeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // The cache holds the bytes of every number up to 65,535: 6 MB for the life of the process.
    writeCache: false,
    // The environment can make MQTT.js print packets, which may contain codes.
    log: () => {},
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment cannot switch it off.
    rejectUnauthorized: true,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password.reveal() }),
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
    ...(settings.cert === undefined ? {} : { cert: settings.cert }),
    ...(settings.key === undefined ? {} : { key: settings.key.reveal() }),
    ...(isV5
      ? {
          properties: {
            sessionExpiryInterval: isKept ? sessionExpirySeconds : 0,
            maximumPacketSize: maxPacketBytes,
          },
        }
      : {}),
    will: {
      topic: identity.will.topic,
      payload: identity.will.body,
      qos: 1,
      retain: true,
      ...(isV5 ? { properties: { willDelayInterval: settings.willDelaySeconds } } : {}),
    },
  };
}
