import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Logger } from "pino";
import { type Api, startApi } from "../api/api.ts";
import type { Tls } from "../api/listener/listener.ts";
import type { CommandTable, ListenerKind } from "../api/options.ts";
import { pageFolder } from "../api/page/page-folder.ts";
import type { Callbacks } from "../callbacks/callbacks.ts";
import type { CommandExecutor } from "../commands/execution.ts";
import type { Config, TlsSource } from "../config/config.ts";
import { timestampOf } from "../core/model/clock.ts";
import type { HealthSource } from "../core/model/gateway/health.ts";
import { Secret } from "../core/model/secret.ts";
import type { AccessRefusals } from "../diagnostics/access-refusals.ts";
import type { ApiAlarm } from "../diagnostics/api-alarm.ts";
import { GatewayMetrics } from "../diagnostics/gateway-metrics.ts";
import { LiveEvents } from "../diagnostics/live-events.ts";
import { PairingEvents } from "../events/pairing-events.ts";
import { securityLog } from "../process/log.ts";
import { version } from "../process/version.ts";
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

/** Starts the API. @throws SocketTaken, or a listen error */
export async function listenApi(
  parts: ServiceParts,
  { executor, table, callbacks, refusals, alarm, health }: ListenParts,
): Promise<Api> {
  const { config, store, logger, reading } = parts;
  const log = logger.child({ part: "api" });
  const onListener = (kind: ListenerKind, cause: Error | null) => alarm.changed(kind, cause);
  const secured = await securedOf(config.api, logger, onListener);
  return startApi({
    ...config.api,
    ...secured,
    page: config.api.page && pageFolder,
    onListener,
    table,
    executor,
    credentials: {
      view: store,
      write: async (changes) => {
        const time = reading();
        const stamp = timestampOf(time);
        await store.commit({ changes, journal: [] }, stamp);
      },
    },
    clock: reading,
    health,
    events: new LiveEvents(store, namesOf(parts), () => reading().nowMs),
    pairing: new PairingEvents(parts.keeper.pairings, randomUUID()),
    metrics: new GatewayMetrics({ ...parts, callbacks, figures: parts.keeper.figures }),
    version,
    facts: () => ({ version, gateway: hostname(), time_zone: config.clock.timeZone }),
    log,
    securityLog: securityLog(logger),
    refusals,
  });
}

/** Without a certificate TCP is not served until the next start. The locks do not depend on it. */
async function securedOf(
  { tls, port }: Config["api"],
  logger: Logger,
  onListener: (kind: ListenerKind, cause: Error) => void,
): Promise<{ readonly tls: Tls | null; readonly port: number | false }> {
  if (tls === null || port === false) return { tls: null, port };
  try {
    return { tls: await tlsOf(tls, logger), port };
  } catch (cause) {
    onListener("tcp", cause instanceof Error ? cause : new Error(String(cause)));
    return { tls: null, port: false };
  }
}

/** Logs the fingerprint, which a person compares before trusting a certificate that the gateway made. */
async function tlsOf(source: TlsSource, logger: Logger): Promise<Tls> {
  const { identityOf } = await import("../tls/identity.ts");
  const { fingerprintOf } = await import("../tls/certificate.ts");
  const { cert, key } = await identityOf(source);
  const fingerprint = fingerprintOf(cert);
  logger.info({ part: "api", fingerprint }, "the API is served with this certificate");
  return { cert, key: new Secret(key) };
}
