import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { type Api, startApi } from "../api/api.ts";
import type { CommandTable, ListenerKind } from "../api/options.ts";
import { pageFolder } from "../api/page/page-folder.ts";
import { version } from "../base/version.ts";
import type { Callbacks } from "../callbacks/callbacks.ts";
import type { CommandExecutor } from "../commands/execution.ts";
import type { PageAddress } from "../commands/ports.ts";
import type { Config } from "../config/config.ts";
import { timestampOf } from "../core/model/clock.ts";
import type { HealthSource } from "../core/model/gateway/health.ts";
import type { AccessRefusals } from "../diagnostics/access-refusals.ts";
import type { ApiAlarm } from "../diagnostics/api-alarm.ts";
import { GatewayMetrics } from "../diagnostics/gateway-metrics.ts";
import { LiveEvents } from "../diagnostics/live-events.ts";
import { PairingEvents } from "../events/pairing-events.ts";
import { securityLog } from "../process/log.ts";
import { machineNames } from "../tls/machine-names.ts";
import type { ServedCertificate } from "../tls/served-certificate.ts";
import { type CertificateParts, openCertificate } from "./api-certificate.ts";
import { pageAddress } from "./page-address.ts";
import { namesOf, type ServiceParts } from "./service-parts.ts";

/** What the API serves beside the parts of the gateway. */
export interface ListenParts {
  readonly executor: CommandExecutor;
  table(): Promise<CommandTable>;
  readonly callbacks: Callbacks;
  readonly refusals: AccessRefusals;
  readonly alarm: ApiAlarm;
  readonly health: HealthSource;
}

/** The running API, and where people reach its page. */
export interface ServedApi extends Api {
  /** Returns null if the page is switched off, or the port is not open. */
  page(): PageAddress | null;
  /** When its certificate ends, ms UTC; null = it is served without TLS. */
  certificateEndMs(): number | null;
}

/** Starts the API. @throws SocketTaken, or a listen error */
export async function listenApi(
  parts: ServiceParts,
  { executor, table, callbacks, refusals, alarm, health }: ListenParts,
): Promise<ServedApi> {
  const { config, store, logger, reading } = parts;
  const log = logger.child({ part: "api" });
  const onListener = (kind: ListenerKind, cause: Error | null) => alarm.changed(kind, cause);
  const secured = await securedOf(config.api, { ...parts, log }, onListener);
  const api = await startApi({
    ...config.api,
    ...secured,
    ownNames: () => Object.values(machineNames()).flat(),
    page: config.api.page && pageFolder,
    onListener,
    table,
    executor,
    credentials: {
      view: store,
      write: async (changes, noted = []) => {
        const journal = noted.map(({ event }) => event);
        const activities = noted.map(({ entry }) => entry);
        await store.commit({ changes, journal, activities }, timestampOf(reading()));
      },
    },
    clock: reading,
    health,
    events: new LiveEvents(store, namesOf(parts), () => reading().nowMs),
    pairing: new PairingEvents(parts.keeper.pairings, randomUUID()),
    metrics: new GatewayMetrics({
      ...parts,
      callbacks,
      figures: parts.keeper.figures,
      version,
    }),
    version,
    facts: () => ({ version, gateway: hostname(), time_zone: config.clock.timeZone }),
    log,
    securityLog: securityLog(logger),
    refusals,
  }).catch((cause: unknown) => {
    secured.tls?.close();
    throw cause;
  });
  return {
    get tcp() {
      return api.tcp;
    },
    page: () =>
      api.tcp === null || !config.api.page
        ? null
        : pageAddress({
            api: config.api,
            port: api.tcp.port,
            fingerprints: secured.tls?.fingerprints() ?? null,
            machine: machineNames(),
          }),
    certificateEndMs: () => secured.tls?.endMs() ?? null,
    close: async () => {
      secured.tls?.close();
      await api.close();
    },
  };
}

/** Without a certificate TCP is not served until the next start. The locks do not depend on it. */
async function securedOf(
  { tls, port }: Config["api"],
  parts: CertificateParts,
  onListener: (kind: ListenerKind, cause: Error) => void,
): Promise<{ readonly tls: ServedCertificate | null; readonly port: number | false }> {
  if (tls === null || port === false) return { tls: null, port };
  try {
    return { tls: await openCertificate(tls, parts), port };
  } catch (cause) {
    onListener("tcp", cause instanceof Error ? cause : new Error(String(cause)));
    return { tls: null, port: false };
  }
}
