import type { Logger } from "pino";
import type { LockDriver, NetworkInspector } from "../../drivers/lock-driver.ts";
import type { CloudSync } from "../../sync/cloud-sync.ts";
import type { HomeAssistant } from "../../sync/home-assistant/home-assistant.ts";
import type { Clock } from "../clock/clock.ts";
import type { KeyPort } from "../commands/ports.ts";
import type { Config } from "../config/config.ts";
import type { TimeReading } from "../core/model/clock.ts";
import { deviceName } from "../events/device-names.ts";
import type { EnvelopeNames } from "../events/event-envelope.ts";
import type { LockKeeper } from "../locks/lock-keeper.ts";
import type { CodeVault } from "../store/secrets/sealing.ts";
import type { Store } from "../store/store.ts";

/** What the services are built from. */
export interface ServiceParts {
  readonly config: Config;
  readonly gatewayId: string;
  readonly store: Store;
  readonly vault: CodeVault;
  readonly driver: LockDriver & NetworkInspector;
  readonly keeper: LockKeeper;
  readonly logger: Logger;
  /** Keys of the end-to-end protection; absent = it is not configured. */
  readonly keys?: KeyPort;
  /** Seals the key of the gateway's certificate authority. */
  readonly authorityKey: string;
  /** See `DiagnosticsParts`. */
  readonly pseudonymKey: string;
  /** See `SitePort.backup`. */
  backup(passphrase: string): Promise<Buffer>;
  readonly clock: Clock;
  reading(): TimeReading;
  monotonicMs(): number;
  /** The link to the cloud; null = none, or not built yet. */
  cloud(): CloudSync | null;
  /** The line to Home Assistant's broker; null = it is not served, or not built yet. */
  homeAssistant(): HomeAssistant | null;
}

/** Returns the names of the gateway and its locks in events. */
export function namesOf({ config, gatewayId, store }: ServiceParts): EnvelopeNames {
  const gateway = { name: config.gateway.name ?? "latchd", homeId: config.gateway.homeId ?? null };
  return { gatewayId, nameOf: (lock) => deviceName(store, gateway, lock) };
}
