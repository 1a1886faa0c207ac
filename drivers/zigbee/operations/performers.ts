/** How each operation is carried out on a lock. A new operation compiles only when it is listed here. */
import type { Models } from "zigbee-herdsman";
import type { LockState } from "../../../daemon/core/model/door-lock.ts";
import type { OperationArgs, OperationName, Outcome } from "../../lock-driver.ts";
import { batteryFromWire } from "../frames/battery-value.ts";
import { refusal } from "../frames/door-lock-replies.ts";
import { doorLockAttributes, powerAttributes } from "../frames/lock-reports.ts";
import {
  doorStateFromWire,
  lockStateFromWire,
  refusalFromZclStatus,
} from "../frames/wire-values.ts";
import { clusterIds } from "../frames/zcl-frame.ts";
import { powerEndpoint } from "../pairing/battery-probe.ts";
import { writeClock } from "../pairing/provisioning.ts";
import type { Quirks } from "../quirks/quirk-model.ts";
import type { CommandName } from "./door-lock-commands.ts";
import type { ExchangeOptions, Exchanger } from "./exchange.ts";
import { LockLink } from "./lock-link.ts";
import { timeAttributes } from "./time-server.ts";

/** A lock as the performers see it. */
export interface PerformerTarget {
  readonly endpoint: Models.Endpoint;
  readonly device: Models.Device;
  readonly exchanger: Exchanger;
  readonly quirks: Quirks;
}

type Performers = {
  readonly [K in OperationName]: (
    target: PerformerTarget,
    operation: { readonly name: K } & OperationArgs[K],
    options: ExchangeOptions,
  ) => Promise<Outcome<K>>;
};

/** Carries out one operation. Ends at `options.deadlineMs` at the latest. */
export function performOn<K extends OperationName>(
  target: PerformerTarget,
  operation: { readonly name: K } & OperationArgs[K],
  options: ExchangeOptions,
): Promise<Outcome<K>> {
  const perform: Performers[K] = performers[operation.name];
  return perform(target, operation, options);
}

function command<K extends CommandName>(
  target: PerformerTarget,
  operation: { readonly name: K } & OperationArgs[K],
  options: ExchangeOptions,
): Promise<Outcome<K>> {
  return new LockLink(target.endpoint, target.exchanger).command(operation, options);
}

/** Some locks answer 1 where the ZCL requires 0, and nothing else: then neither is a refusal. */
async function setPinCode(
  target: PerformerTarget,
  operation: { readonly name: "setPinCode" } & OperationArgs["setPinCode"],
  options: ExchangeOptions,
): Promise<Outcome<"setPinCode">> {
  const outcome = await command(target, operation, options);
  const isTaken =
    outcome.kind === "refused" && target.quirks.setPinStatusesTaken.includes(outcome.statusCode);
  return isTaken ? { kind: "done", reply: null } : outcome;
}

const performers: Performers = {
  setPinCode,
  getPinCode: command,
  clearPinCode: (target, operation, options) =>
    target.quirks.answersClearPinCode
      ? command(target, operation, options)
      : new LockLink(target.endpoint, target.exchanger).deliver(operation, options),
  setUserStatus: command,
  getUserStatus: command,
  setUserType: command,
  getUserType: command,
  setWeekDaySchedule: command,
  getWeekDaySchedule: command,
  clearWeekDaySchedule: command,
  setYearDaySchedule: command,
  getYearDaySchedule: command,
  clearYearDaySchedule: command,
  lockDoor: command,
  unlockDoor: command,
  getLogRecord: command,
  readState,
  writeTime: async (target, operation, options) => {
    const link = new LockLink(target.endpoint, target.exchanger);
    const outcome = await writeClock(link, operation, options);
    if (outcome.kind !== "done") return outcome;
    const status = outcome.statuses.get(timeAttributes.time) ?? 0;
    return status === 0 ? { kind: "done", reply: null } : refusal(status, refusalFromZclStatus);
  },
  readTime: async (target, _operation, options) => {
    const link = new LockLink(target.endpoint, target.exchanger);
    const outcome = await link.read(clusterIds.time, [timeAttributes.time], options);
    if (outcome.kind !== "done") return outcome;
    const seconds = outcome.values.get(timeAttributes.time);
    if (seconds === undefined) return { kind: "unsupported" };
    return { kind: "done", reply: seconds === invalidTime ? null : seconds };
  },
};

const invalidTime = 0xffffffff;

/**
 * Two reads, because they are of two clusters. The battery is often on an endpoint of its own, and a lock
 * that does not report it has still reported its state.
 */
async function readState(
  target: PerformerTarget,
  _operation: object,
  options: ExchangeOptions,
): Promise<Outcome<"readState">> {
  const startedAtMs = performance.now();
  const { lockState, doorState } = doorLockAttributes;
  const link = new LockLink(target.endpoint, target.exchanger);
  const read = await link.read(clusterIds.doorLock, [lockState, doorState], options);
  if (read.kind !== "done") return read;
  const leftMs = options.deadlineMs - (performance.now() - startedAtMs);
  const lockValue = read.values.get(lockState);
  const doorValue = read.values.get(doorState);
  const battery = leftMs > 0 ? await readBattery(target, { ...options, deadlineMs: leftMs }) : null;
  return {
    kind: "done",
    reply: {
      lockState: lockValue === undefined ? null : believed(target, lockStateFromWire(lockValue)),
      doorState: doorValue === undefined ? null : doorStateFromWire(doorValue),
      batteryPercent: battery?.percent ?? null,
      batteryRaw: battery?.raw ?? null,
    },
  };
}

/** A lock whose "locked" proves nothing has not reported its state with it. */
function believed({ quirks }: PerformerTarget, lockState: LockState): LockState | null {
  return lockState === "locked" && quirks.isLockedReportFalse ? null : lockState;
}

async function readBattery(
  target: PerformerTarget,
  options: ExchangeOptions,
): Promise<ReturnType<typeof batteryFromWire>> {
  const endpoint = powerEndpoint(target.device, target.endpoint);
  if (endpoint === null) return null;
  const id = powerAttributes.batteryPercentageRemaining;
  const link = new LockLink(endpoint, target.exchanger);
  const read = await link.read(clusterIds.powerConfiguration, [id], options);
  const value = read.kind === "done" ? read.values.get(id) : undefined;
  return value === undefined ? null : batteryFromWire(value, target.quirks.batteryScale);
}
