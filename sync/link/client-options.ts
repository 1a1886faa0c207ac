import type { IClientOptions } from "mqtt";
import type { SyncSettings } from "../options.ts";

/** Largest packet taken from the broker: far above any body that is read, small enough to hold. */
export const maxPacketBytes = 1024 * 1024;
/** MQTT 5 session expiry. The session is a convenience only: nothing rests on it. */
const sessionExpirySeconds = 24 * 3600;

export interface ClientIdentity {
  readonly clientId: string;
  readonly will: { readonly topic: string; readonly body: string };
}

/**
 * MQTT.js as a bare carrier: it neither reconnects, nor subscribes by itself, nor keeps anything
 * for later.
 * @param isFresh drop the session that the broker may hold
 */
export function clientOptionsOf(
  settings: SyncSettings,
  identity: ClientIdentity,
  isFresh: boolean,
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
    // Otherwise it keeps the bytes of every number up to 65,535 ready: 6 MB for the whole process.
    writeCache: false,
    // MQTT.js can be told by the environment to print packets; they may hold codes.
    log: () => {},
    // Said outright: NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment must not switch it off.
    rejectUnauthorized: true,
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password.reveal() }),
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
    ...(settings.cert === undefined ? {} : { cert: settings.cert }),
    ...(settings.key === undefined ? {} : { key: settings.key.reveal() }),
    ...(isV5
      ? {
          properties: {
            sessionExpiryInterval: sessionExpirySeconds,
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
