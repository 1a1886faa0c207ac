import { randomInt, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { CommandTable } from "../api/options.ts";
import { copyFileOf } from "../backup/restore/recovery.ts";
import { systemTimers } from "../base/timers.ts";
import { version } from "../base/version.ts";
import { Callbacks } from "../callbacks/callbacks.ts";
import { EventEnvelopes } from "../callbacks/envelopes.ts";
import { deliveryRetryLimits } from "../callbacks/retry-limits.ts";
import type { CommandExecutor } from "../commands/execution.ts";
import { LazyExecutor } from "../commands/lazy-executor.ts";
import type { PageAddress } from "../commands/ports.ts";
import { cloudWarnings } from "../config/cloud-warnings.ts";
import type { HealthSource } from "../core/model/gateway/health.ts";
import { AccessRefusals } from "../diagnostics/access-refusals.ts";
import { ApiAlarm } from "../diagnostics/api-alarm.ts";
import { DoorLog } from "../diagnostics/door-log.ts";
import { GatewayDiagnostics } from "../diagnostics/gateway-diagnostics.ts";
import { healthOf } from "../diagnostics/health.ts";
import { readRollBack } from "../diagnostics/roll-back-mark.ts";
import { reportRollBack } from "../diagnostics/roll-back-news.ts";
import { StorageWatch, storagePaths } from "../diagnostics/storage-watch.ts";
import type { Messages } from "../messages/messages.ts";
import { isStoreFailure } from "../store/store-failure.ts";
import { listenApi, type ServedApi } from "./api-listener.ts";
import { CommitWaker } from "./commit-waker.ts";
import { LockRemovals } from "./lock-removals.ts";
import { namesOf, type ServiceParts } from "./service-parts.ts";
import { Site } from "./site.ts";

/** What serves people and programs: the command executor, the API, callbacks, and removals of locks. */
export interface Services {
  readonly executor: CommandExecutor;
  readonly health: HealthSource;
  /** Where people reach the page; null = the API is not open, or the page is switched off. */
  page(): PageAddress | null;
  /** Opens the listeners. @throws SocketTaken, or a listen error. */
  listen(): Promise<ServedApi>;
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
  const alarm = apiAlarmOf(parts);
  const storage = new StorageWatch(
    storagePaths(parts.config.dataDir, copyFileOf(join(parts.config.dataDir, "store"))),
    () => reading().nowMs,
  );
  const certificateEndMs = () => api?.certificateEndMs() ?? null;
  const health = healthSourceOf(parts, { alarm, storage, certificateEndMs });
  const doorLog = new DoorLog(store, logger.child({ part: "doors" }));
  let api: ServedApi | null = null;
  const site = siteOf(parts, {
    callbacks,
    health,
    storage,
    certificateEndMs,
    page: () => api?.page() ?? null,
  });
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
    health,
    page: () => api?.page() ?? null,
    listen: async () => {
      const served = { executor, table: loaded, callbacks, refusals, alarm, health };
      api = await listenApi(parts, served);
      return api;
    },
    resume: () => {
      removals.check();
      callbacks.start();
      tellRollBack(parts);
    },
    deliveredThrough: () => callbacks.deliveredThrough,
    stop: async () => {
      removals.stop();
      const commands = await loading?.catch(() => null);
      commands?.messages.close();
      await callbacks.stop();
      await refusals.close();
      await doorLog.stop();
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
    commands: [...commands, ...messages.commands, ...actions, ...(await slotCommandsOf(config))],
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

/** Commands that only Home Assistant's tools call. */
async function slotCommandsOf({ homeAssistant }: ServiceParts["config"]) {
  if (homeAssistant?.isEnabled !== true) return [];
  const { slotCommands } = await import("../commands/passwords/slot-codes/table.ts");
  return slotCommands;
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

function tellRollBack({ store, reading, logger, config }: ServiceParts): void {
  const rollBack = readRollBack(config.dataDir);
  if (rollBack === null) return;
  const log = logger.child({ part: "upgrade" });
  reportRollBack({ store, reading, log }, rollBack).catch((err: unknown) =>
    log.warn({ err }, "failed to store the report of a roll-back"),
  );
}

function apiAlarmOf({ store, reading, logger }: ServiceParts): ApiAlarm {
  return new ApiAlarm({ store, reading, log: logger.child({ part: "api" }) });
}

/** The link to the cloud is built after the services, so that each report asks for it. */
function healthSourceOf(
  parts: ServiceParts,
  { alarm, storage, certificateEndMs }: HealthSources,
): HealthSource {
  const { config, store, driver, reading } = parts;
  const known = {
    cloudWarnings: cloudWarnings(config),
    storage: () => storage.last(),
    certificateEndMs,
    api: () => alarm.health(),
  };
  return {
    health: () => {
      const lines = { cloud: parts.cloud(), homeAssistant: parts.homeAssistant() };
      return healthOf({ store, driver, reading, ...lines, ...known });
    },
  };
}

interface HealthSources {
  readonly alarm: ApiAlarm;
  readonly storage: StorageWatch;
  certificateEndMs(): number | null;
}

interface SiteSources {
  readonly callbacks: Callbacks;
  readonly health: HealthSource;
  readonly storage: StorageWatch;
  certificateEndMs(): number | null;
  page(): PageAddress | null;
}

function siteOf(parts: ServiceParts, { page, ...sources }: SiteSources): Site {
  const { config, driver, gatewayId, keeper, logger, cloud, clock } = parts;
  return new Site({
    driver,
    keeper,
    diagnostics: new GatewayDiagnostics({
      config,
      driver,
      keeper,
      logger,
      clock,
      cloud,
      pseudonymKey: parts.pseudonymKey,
      ...sources,
    }),
    refusesTrivialCodes: config.passwords.refuseTrivial,
    backup: (passphrase) => parts.backup(passphrase),
    page,
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
