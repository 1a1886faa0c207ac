import type { Logger } from "pino";
import type { CloudSync } from "../../sync/cloud-sync.ts";
import type { Protection } from "../../sync/options.ts";
import { version } from "../base/version.ts";
import type { Clock } from "../clock/clock.ts";
import { cloudWarnings } from "../config/cloud-warnings.ts";
import type { CloudConfig, Config } from "../config/config.ts";
import type { SealedCode } from "../core/model/sealed-code.ts";
import { deviceName } from "../events/device-names.ts";
import type { JournalMaintenance } from "../journal/journal-maintenance.ts";
import type { CodeVault } from "../store/secrets/sealing.ts";
import type { Store } from "../store/store.ts";
import { brokerOptions } from "./broker-options.ts";
import type { Services } from "./services.ts";

/** Loads the code of the cloud link and makes it; the link is not started yet. */
export async function cloudSyncOf(parts: {
  readonly config: Config;
  readonly cloud: CloudConfig;
  readonly store: Store;
  readonly services: Services;
  readonly clock: Clock;
  readonly vault: CodeVault;
  readonly gatewayId: string;
  readonly digestKey: Buffer;
  readonly protection: Protection | null;
  readonly logger: Logger;
}): Promise<CloudSync> {
  const { config, store, clock, vault, gatewayId } = parts;
  for (const warning of cloudWarnings(config)) {
    parts.logger.warn({ part: "sync" }, `the line to the cloud is not protected: ${warning}`);
  }
  const { CloudSync } = await import("../../sync/cloud-sync.ts");
  const { StateDigest } = await import("../../sync/presence/state-digest.ts");
  const { provenBoot } = await import("../../sync/presence/state-proof.ts");
  const { storedStarts } = await import("../../sync/presence/process-starts.ts");
  const openCode = (code: SealedCode, boundTo: string) => vault.open(code, boundTo);
  const digest = new StateDigest(store, parts.digestKey, openCode);
  const prove = (lines: readonly string[]) => digest.prove(lines);
  const boot = provenBoot(prove, gatewayId, storedStarts(store).last + 1);
  return new CloudSync({
    store,
    commands: parts.services.executor,
    clock,
    callbacksDeliveredThrough: () => parts.services.deliveredThrough(),
    openSealed: (detail) => vault.open(detail.code, detail.boundTo),
    nameOf: (lock) => deviceName(store, gatewayName(config), lock),
    identity: { gatewayId, boot, versions: { latchd: version } },
    options: {
      ...(await cloudOptions(parts.cloud)),
      acknowledge: config.sync.acknowledge,
      ...(parts.protection === null ? {} : { protection: parts.protection }),
      digest,
    },
    random: Math.random,
    logger: parts.logger.child({ part: "sync" }),
  });
}

/** Makes the journal's maintenance of a gateway without a cloud: only callbacks need the records. */
export async function localJournal({
  store,
  clock,
  services,
  logger,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly services: Services;
  readonly logger: Logger;
}): Promise<JournalMaintenance> {
  const { JournalMaintenance } = await import("../journal/journal-maintenance.ts");
  const { defaultRetention } = await import("../journal/retention.ts");
  return new JournalMaintenance({
    store,
    clock,
    retention: defaultRetention,
    deliveredThrough: () => services.deliveredThrough(),
    limit: () => Promise.resolve(),
    logger: logger.child({ part: "journal" }),
  });
}

function gatewayName({ gateway }: Config) {
  return { name: gateway.name ?? "latchd", homeId: gateway.homeId ?? null };
}

async function cloudOptions(cloud: CloudConfig) {
  const { minMs, maxMs, firstMaxMs } = cloud.reconnect;
  return {
    ...(await brokerOptions(cloud)),
    url: cloud.urls,
    prefix: cloud.prefix,
    keepaliveSeconds: cloud.keepaliveS,
    willDelaySeconds: cloud.willDelayS,
    reconnect: { baseMs: minMs, maxMs, firstMaxMs },
  };
}
