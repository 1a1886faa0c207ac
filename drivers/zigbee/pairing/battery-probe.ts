/** Where a lock reports its battery, and in which unit. */
import type { Models } from "zigbee-herdsman";
import type { Basis, BatteryUnit } from "../../../daemon/core/model/door-lock.ts";
import { powerAttributes } from "../frames/lock-reports.ts";
import { clusterIds } from "../frames/zcl-frame.ts";
import type { LockLink } from "../operations/lock-link.ts";
import type { Quirks } from "../quirks/quirk-model.ts";
import { requestTimeoutMs } from "./provisioning.ts";

/** Power Configuration attributes that report the cells' voltage and size (ZCL 3.3.2.2). */
const attributes = {
  /** Voltage of all cells together, in 100 mV; 255 = not measured. */
  voltage: 0x0020,
  quantity: 0x0033,
  /** Rated voltage of one cell, in 100 mV. */
  ratedVoltage: 0x0034,
} as const;

/** From this value on, a full lock that counts in whole percent can be distinguished from a half-empty one. */
const nearlyFull = 95;
/** Voltage of one new alkaline cell, in 100 mV. */
const usualCellVoltage = 15;

export interface BatteryProbe {
  /** The endpoint that answers for Power Configuration; null if none does. */
  readonly endpoint: Models.Endpoint | null;
  readonly unit: BatteryUnit;
  readonly basis: Basis;
}

/**
 * Returns the endpoint with the lock's battery: the one that lists Power Configuration, or the
 * lock's own endpoint if binding the cluster there succeeded.
 */
export function powerEndpoint(
  device: Models.Device,
  lock: Models.Endpoint,
): Models.Endpoint | null {
  const id = clusterIds.powerConfiguration;
  const listed = device.endpoints.find(({ inputClusters }) => inputClusters.includes(id));
  if (listed !== undefined) return listed;
  return lock.binds.some(({ cluster }) => cluster.ID === id) ? lock : null;
}

/**
 * Reads the battery once. Some locks answer for Power Configuration and leave it out of their simple
 * descriptor, so the lock's own endpoint is tried where none lists it.
 * @param linkTo makes the link to an endpoint
 */
export async function probeBattery(
  endpoints: { readonly listed: Models.Endpoint | null; readonly lock: Models.Endpoint },
  linkTo: (endpoint: Models.Endpoint) => LockLink,
  quirks: Quirks,
): Promise<BatteryProbe> {
  const endpoint = endpoints.listed ?? endpoints.lock;
  const { batteryPercentageRemaining } = powerAttributes;
  const { voltage, quantity, ratedVoltage } = attributes;
  const ids = [batteryPercentageRemaining, voltage, quantity, ratedVoltage];
  const options = { deadlineMs: requestTimeoutMs };
  const read = await linkTo(endpoint).read(clusterIds.powerConfiguration, ids, options);
  const values = read.kind === "done" ? read.values : new Map<number, number>();
  return {
    endpoint: endpoints.listed ?? (values.size > 0 ? endpoint : null),
    ...unitOf(values, quirks),
  };
}

/** Returns the unit that the values prove, else that of the model, else the ZCL's own. */
export function unitOf(
  values: ReadonlyMap<number, number>,
  { batteryScale }: Pick<Quirks, "batteryScale">,
): Pick<BatteryProbe, "unit" | "basis"> {
  const raw = values.get(powerAttributes.batteryPercentageRemaining) ?? 0xff;
  if (raw !== 0xff && raw > 100) return { unit: "halfPercent", basis: "lock" };
  if (raw >= nearlyFull && raw <= 100 && areCellsFull(values)) {
    return { unit: "wholePercent", basis: "lock" };
  }
  return batteryScale === "unsure"
    ? { unit: "halfPercent", basis: "assumed" }
    : { unit: batteryScale, basis: "model" };
}

/** Cells at their rated voltage are new, so a value near 100 means 100 %, not 50 %. */
function areCellsFull(values: ReadonlyMap<number, number>): boolean {
  const voltage = values.get(attributes.voltage) ?? 0xff;
  const quantity = values.get(attributes.quantity) ?? 0;
  const rated = values.get(attributes.ratedVoltage) ?? usualCellVoltage;
  const cell = rated === 0 || rated === 0xff ? usualCellVoltage : rated;
  return voltage !== 0xff && quantity > 0 && quantity !== 0xff && voltage >= quantity * cell;
}
