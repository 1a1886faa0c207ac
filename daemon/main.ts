#!/usr/bin/env node
import { readFile } from "node:fs/promises";
import type { Logger } from "pino";
import type { Gateway } from "./assembly/gateway-handle.ts";
import { systemTimers } from "./base/timers.ts";
import { version } from "./base/version.ts";
import { zoneDirectory, zoneFiles } from "./clock/zone-files.ts";
import { cloudWarnings } from "./config/cloud-warnings.ts";
import { type Config, ConfigFault, loadConfig } from "./config/config.ts";
import { isAbsent } from "./config/readable-file.ts";
import { useZoneSource } from "./core/time/time-zone.ts";
import { startGateway } from "./gateway.ts";
import { type Arguments, defaultConfigFile, plainArguments } from "./process/arguments.ts";
import { type Log, openLog, setLogLevel } from "./process/log.ts";
import { type ServiceNotify, serviceNotify } from "./process/service-notify.ts";
import { Watchdog } from "./process/watchdog.ts";
import { StoreFailure } from "./store/store-failure.ts";

/** Exit codes, after sysexits.h. */
const exitCodes = {
  ok: 0,
  usage: 64,
  /** The store cannot be used as it is: a person must act. */
  store: 65,
  software: 70,
  /** A port or the store is still in use by another process: the next start may succeed. */
  tryAgain: 75,
  config: 78,
} as const;

/** Limit of a clean end; only a part that hangs takes longer. */
const closeTimeoutMs = 5_000;

async function main(argv: readonly string[]): Promise<number> {
  const given = plainArguments(argv) ?? (await parsed(argv));
  if (typeof given === "number") return given;
  if (given.version === true) return printVersion(given.json === true);
  const config = configOf(given);
  if (config === null) return exitCodes.config;
  if (given.check === true) {
    console.log("the configuration is right");
    for (const warning of cloudWarnings(config)) console.error(`latchd: warning: ${warning}`);
    return exitCodes.ok;
  }
  if (given.restore !== undefined) return restore(config, given.restore, given.passphraseFile);
  return run(config, () => configOf(given));
}

async function printVersion(isJson: boolean): Promise<number> {
  if (isJson) {
    const { buildFacts } = await import("./process/build-facts.ts");
    const { migrations, newestSchema } = await import("./store/opening/migrations.ts");
    console.log(JSON.stringify(buildFacts(newestSchema(migrations))));
  } else {
    console.log(version);
  }
  return exitCodes.ok;
}

async function restore(
  { dataDir, keyFile, witnessFile: secondWitness }: Config,
  file: string,
  passphraseFile: string | undefined,
): Promise<number> {
  if (passphraseFile === undefined) {
    console.error("latchd: --restore needs --passphrase-file");
    return exitCodes.usage;
  }
  const { restoreGateway } = await import("./backup/restore/restore-gateway.ts");
  try {
    const passphrase = (await readFile(passphraseFile, "utf8")).trimEnd();
    const { gatewayId, madeAtMs } = await restoreGateway({
      file,
      passphrase,
      dataDir,
      keyFile,
      secondWitness,
    });
    const madeAt = new Date(madeAtMs).toISOString();
    console.log(`restored gateway ${gatewayId} as it was on ${madeAt}`);
    console.log(
      "codes of the backup are sent again once the cloud or release_grants confirms them",
    );
    return exitCodes.ok;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    console.error(`latchd: nothing was started: ${cause.message}`);
    return exitCodes.store;
  }
}

/** Returns the arguments, or the exit code if they end the process: help, a mistake. */
async function parsed(argv: readonly string[]): Promise<Arguments | number> {
  const { parseArguments } = await import("./process/arguments-parser.ts");
  const given = parseArguments(argv);
  if (given === "printed") return exitCodes.ok;
  return given === "wrong" ? exitCodes.usage : given;
}

function configOf(given: Arguments): Config | null {
  const file = given.config ?? (isAbsent(defaultConfigFile) ? undefined : defaultConfigFile);
  try {
    return loadConfig({ file, env: process.env });
  } catch (cause) {
    if (!(cause instanceof ConfigFault)) throw cause;
    for (const { key, problem } of cause.faults) console.error(`latchd: ${key}: ${problem}`);
    return null;
  }
}

async function run(config: Config, readAgain: () => Config | null): Promise<number> {
  const log = await openLog(config.log);
  const { logger } = log;
  const signal = endSignal();
  // Node's default action is to open a debugger that every local user could connect to.
  process.on("SIGUSR1", () => undefined);
  const service = serviceNotify(process.env);
  process.on("uncaughtException", (err) => {
    logger.fatal({ err }, "a broken invariant");
    log.flush();
    process.exit(exitCodes.software);
  });
  let gateway: Gateway;
  try {
    const credentialsDirectory = process.env["CREDENTIALS_DIRECTORY"];
    gateway = await startGateway({ config, logger, credentialsDirectory });
  } catch (err) {
    logger.fatal({ err }, "latchd cannot start");
    log.flush();
    return startExitCode(err);
  }
  // Before anybody can know that the daemon is ready: without a handler the signal would end it.
  process.on("SIGHUP", () => reload({ logger, service, readAgain }));
  const url = urlOf(gateway, config);
  logger.info({ version, gateway: gateway.gatewayId, url, socket: config.api.socket }, "ready");
  const watchdog = watch(gateway, service, logger);
  service.ready();
  const reason = await Promise.race([signal, storeFailed(gateway)]);
  service.stopping();
  watchdog?.stop();
  logger.info({ reason }, "stopping");
  const code = reason === "the store has failed" ? exitCodes.software : exitCodes.ok;
  await closed(gateway, log, code);
  return code;
}

/** Returns the URL of the TCP listener, for people to copy, or undefined if it is off. */
function urlOf({ api: { tcp } }: Gateway, { api }: Config): string | undefined {
  if (tcp === null) return undefined;
  const scheme = api.tls === null ? "http" : "https";
  return `${scheme}://${tcp.host.includes(":") ? `[${tcp.host}]` : tcp.host}:${tcp.port}`;
}

/** Starts the watchdog; returns null if no service manager watches. */
function watch(gateway: Gateway, service: ServiceNotify, log: Logger): Watchdog | null {
  if (service.watchdogMs === null) return null;
  const watchdog = new Watchdog(
    {
      probes: gateway.probes,
      timers: systemTimers,
      monotonicMs: () => performance.now(),
      alive: service.alive,
      log: log.child({ part: "watchdog" }),
    },
    service.watchdogMs,
  );
  watchdog.start();
  return watchdog;
}

/** Applies what can change without a restart: the log's level. */
function reload(parts: {
  readonly logger: Logger;
  readonly service: ServiceNotify;
  readonly readAgain: () => Config | null;
}): void {
  const { logger, service, readAgain } = parts;
  service.reloading(performance.now());
  const config = readAgain();
  if (config === null) {
    logger.error({}, "the configuration is wrong and was not taken over");
  } else {
    const { level } = config.log;
    setLogLevel(logger, level);
    logger.info({ to: level }, "the log's level was taken over; the rest waits for a restart");
  }
  service.ready();
}

function endSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => resolve(signal));
  });
}

function storeFailed(gateway: Gateway): Promise<string> {
  return new Promise((resolve) => {
    const report = () => resolve("the store has failed");
    if (gateway.failed.aborted) report();
    else gateway.failed.addEventListener("abort", report, { once: true });
  });
}

/** Ends all parts. Everything durable is on disk already, so that a part that hangs is cut off. */
async function closed(gateway: Gateway, { logger, flush }: Log, code: number): Promise<void> {
  const late = setTimeout(() => {
    logger.warn({}, "a part did not stop in time");
    flush();
    process.exit(code);
  }, closeTimeoutMs);
  await gateway.close();
  clearTimeout(late);
  logger.info({}, "stopped");
  flush();
}

function startExitCode(cause: unknown): number {
  if (cause instanceof StoreFailure) {
    return cause.kind === "inUse" ? exitCodes.tryAgain : exitCodes.store;
  }
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const isTaken = code === "EADDRINUSE" || (cause instanceof Error && cause.name === "SocketTaken");
  return isTaken ? exitCodes.tryAgain : exitCodes.software;
}

useZoneSource(zoneFiles(zoneDirectory));
process.exitCode = await main(process.argv.slice(2));
// Open handles of a library must not keep a stopped daemon alive.
process.exit();
