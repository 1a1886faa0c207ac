import { randomInt, randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { LockDriver, NetworkInspector } from "../../drivers/lock-driver.ts";
import type { CloudSync } from "../../sync/cloud-sync.ts";
import { type Api, startApi } from "../api/api.ts";
import type { Tls } from "../api/listener/listener.ts";
import type { CommandTable, ListenerKind } from "../api/options.ts";
import { systemTimers } from "../base/timers.ts";
import { Callbacks } from "../callbacks/callbacks.ts";
import { EventEnvelopes } from "../callbacks/envelopes.ts";
import { deliveryRetryLimits } from "../callbacks/retry-limits.ts";
import type { Clock } from "../clock/clock.ts";
import type { CommandExecutor } from "../commands/execution.ts";
import { LazyExecutor } from "../commands/lazy-executor.ts";
import type { KeyPort } from "../commands/ports.ts";
import { cloudWarnings } from "../config/cloud-warnings.ts";
import type { Config, TlsSource } from "../config/config.ts";
import { type TimeReading, timestampOf } from "../core/model/clock.ts";
import { Secret } from "../core/model/secret.ts";
import { AccessRefusals } from "../diagnostics/access-refusals.ts";
import { ApiAlarm } from "../diagnostics/api-alarm.ts";
import { GatewayDiagnostics } from "../diagnostics/gateway-diagnostics.ts";
import { GatewayMetrics } from "../diagnostics/gateway-metrics.ts";
import { healthOf } from "../diagnostics/health.ts";
import { LiveEvents } from "../diagnostics/live-events.ts";
import { deviceName } from "../events/device-names.ts";
import type { EnvelopeNames } from "../events/event-envelope.ts";
import { PairingEvents } from "../events/pairing-events.ts";
import type { LockKeeper } from "../locks/lock-keeper.ts";
import type { Messages } from "../messages/messages.ts";
import { securityLog } from "../process/log.ts";
import { version } from "../process/version.ts";
import type { CodeVault } from "../store/secrets/sealing.ts";
import type { Store } from "../store/store.ts";
import { isStoreFailure } from "../store/store-failure.ts";
import { CommitWaker } from "./commit-waker.ts";
import { LockRemovals } from "./lock-removals.ts";
import { Site } from "./site.ts";

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
  /** See `SitePort.backup`. */
  backup(passphrase: string): Promise<Buffer>;
  readonly clock: Clock;
  reading(): TimeReading;
  monotonicMs(): number;
  /** The link to the cloud; null = none, or not built yet. */
  cloud(): CloudSync | null;
}

/** What serves people and programs: the command executor, the API, callbacks, and removals of locks. */
export interface Services {
  readonly executor: CommandExecutor;
  /** Opens the listeners. @throws SocketTaken, or a listen error. */
  listen(): Promise<Api>;
  /** Continues what a restart interrupted. Called when the locks are being reconciled. */
  resume(): void;
  /** Returns the last journal record that was delivered to all callbacks. */
  deliveredThrough(): number;
  stop(): Promise<void>;
}

/** What only commands need; it is loaded with the first of them. */
interface ServiceCommands extends CommandTable {
  readonly executor: CommandExecutor;
  readonly messages: Messages;
}

export function buildServices(parts: ServiceParts): Services {
  const { store, keeper, logger, reading } = parts;
  const callbacks = callbacksOf(parts);
  const refusals = refusalsOf(parts);
  const site = siteOf(parts, callbacks);
  const removals = new LockRemovals({
    store,
    reading,
    removeLock: (lock) => site.removeLock(lock),
    onFault: (lock, err) =>
      logger.error({ part: "removals", lock, err }, "failed to remove a lock of a deleted home"),
  });
  const waker = new CommitWaker(keeper.waker, removals);
  let loading: Promise<ServiceCommands> | null = null;
  const loaded = () => {
    loading ??= commandsOf(parts, site, waker).catch((cause: unknown) => {
      loading = null;
      throw cause;
    });
    return loading;
  };
  const executor = new LazyExecutor(async () => (await loaded()).executor);
  return {
    executor,
    listen: () => listen(parts, { executor, table: loaded, callbacks, refusals }),
    resume: () => {
      removals.check();
      callbacks.start();
    },
    deliveredThrough: () => callbacks.deliveredThrough,
    stop: async () => {
      removals.stop();
      const commands = await loading?.catch(() => null);
      commands?.messages.close();
      await callbacks.stop();
      await refusals.close();
    },
  };
}

async function commandsOf(
  parts: ServiceParts,
  site: Site,
  waker: CommitWaker,
): Promise<ServiceCommands> {
  const { config, store, logger, reading } = parts;
  const [{ commands }, { actionCommands }, { messagesOf }, { CommandDispatcher }] =
    await Promise.all([
      import("../commands/table.ts"),
      import("../tuya-actions/table.ts"),
      import("../messages/messages.ts"),
      import("../commands/dispatch.ts"),
    ]);
  const messages = messagesOf(config.messages, {
    store,
    reading,
    isConnected: () => parts.cloud()?.state().connected ?? false,
    sealer: parts.vault,
    onRefused: (messageId, why) =>
      logger.warn({ part: "messages", messageId, why }, "the carrier did not take a message"),
    onFault: (err) => logger.error({ part: "messages", err }, "failed to hand over a message"),
  });
  const actions = actionCommands({
    timeZone: config.clock.timeZone,
    workingDay: config.actions.workingDay,
    messages,
    randomDigits: () => String(randomInt(1_000_000)).padStart(6, "0"),
  });
  const executor = new CommandDispatcher({
    commands: [...commands, ...messages.commands, ...actions],
    store,
    sealer: parts.vault,
    site,
    ...(parts.keys === undefined ? {} : { keys: parts.keys }),
    reading,
    newId: randomUUID,
    wake: (lock) => waker.wake(lock),
    onFault: (command, err) => logger.error({ part: "commands", command, err }, "a command failed"),
    isOfStore: isStoreFailure,
    after: systemTimers.after,
  });
  return { commands, actions, executor, messages };
}

interface ListenParts {
  readonly executor: CommandExecutor;
  table(): Promise<CommandTable>;
  readonly callbacks: Callbacks;
  readonly refusals: AccessRefusals;
}

async function listen(
  parts: ServiceParts,
  { executor, table, callbacks, refusals }: ListenParts,
): Promise<Api> {
  const { config, store, driver, cloud, logger, reading } = parts;
  const log = logger.child({ part: "api" });
  const alarm = new ApiAlarm({ store, reading, log });
  const onListener = (kind: ListenerKind, cause: Error | null) => alarm.changed(kind, cause);
  const secured = await securedOf(config.api, logger, onListener);
  return startApi({
    ...config.api,
    ...secured,
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
    health: healthOf({
      store,
      driver,
      cloud: cloud(),
      cloudWarnings: cloudWarnings(config),
      reading,
      api: () => alarm.health(),
    }),
    events: new LiveEvents(store, namesOf(parts)),
    pairing: new PairingEvents(parts.keeper.pairings),
    metrics: new GatewayMetrics({ ...parts, callbacks, figures: parts.keeper.figures }),
    version,
    log,
    securityLog: securityLog(logger),
    refusals,
  });
}

function refusalsOf({ store, reading, logger, config, gatewayId }: ServiceParts): AccessRefusals {
  return new AccessRefusals({
    store,
    reading,
    gateway: () => ({ id: gatewayId, name: config.gateway.name ?? "latchd" }),
    onFault: (err) =>
      logger.error({ part: "security", err }, "failed to store a refused sign-in or call"),
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

/** Returns the names of the gateway and its locks in events. */
function namesOf({ config, gatewayId, store }: ServiceParts): EnvelopeNames {
  const gateway = { name: config.gateway.name ?? "latchd", homeId: config.gateway.homeId ?? null };
  return { gatewayId, nameOf: (lock) => deviceName(store, gateway, lock) };
}

function callbacksOf(parts: ServiceParts): Callbacks {
  const { config, logger, reading, store, vault } = parts;
  const log = logger.child({ part: "callbacks" });
  const envelopes = new EventEnvelopes({
    ...namesOf(parts),
    openSealed: ({ code, boundTo }) => vault.open(code, boundTo),
  });
  return new Callbacks(
    {
      store,
      reading,
      envelopeOf: (record) => envelopes.of(record),
      gapEnvelope: (from, to) => envelopes.ofGap(from, to, reading()),
      onSkipped: ({ callbackId }, count, reason) =>
        log.warn({ callbackId, count, reason }, "left out events for a callback"),
      waits: deliveryRetryLimits,
      random: Math.random,
    },
    {
      caFile: config.callbacks.caFile,
      rules: config.callbacks.rules,
      onFault: (err) => log.error({ err }, "failed to start the delivery to a callback"),
    },
  );
}

function siteOf(parts: ServiceParts, callbacks: Callbacks): Site {
  const { config, driver, gatewayId, keeper, logger, cloud, clock } = parts;
  return new Site({
    driver,
    keeper,
    diagnostics: new GatewayDiagnostics({ config, driver, keeper, callbacks, logger, clock }),
    refusesTrivialCodes: config.passwords.refuseTrivial,
    backup: (passphrase) => parts.backup(passphrase),
    gateway: () => ({
      gatewayId,
      homeId: config.gateway.homeId ?? "",
      name: config.gateway.name ?? "latchd",
      version,
      isCloudConnected: cloud()?.state().connected ?? false,
      cloudChangedAtMs: cloud()?.state().since ?? null,
    }),
  });
}
