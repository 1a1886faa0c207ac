import { isObject } from "../../../daemon/base/json.ts";
/** The format of `locks.json`: what owners of real locks recorded, null where it is not known. */

export interface FieldEndpoint {
  readonly id: number;
  readonly deviceId: number | null;
  readonly in: readonly number[] | null;
  readonly out: readonly number[] | null;
}

/** One model, with everything that could not be read left out. */
export interface FieldLock {
  readonly id: string;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly endpoints: readonly FieldEndpoint[];
  readonly node: {
    readonly isRouter: boolean;
    readonly flags: number | null;
    readonly manufacturerCode: number;
  };
  readonly powerSource: number | null;
  readonly checkInQuarterSeconds: number | null;
  /** Null = the lock has no battery cluster that anybody saw. */
  readonly battery: {
    readonly raw: number | null;
    readonly percent: number | null;
    readonly scale: string | null;
    /** All cells together, 100 mV. */
    readonly voltage: number | null;
    readonly cells: number | null;
  } | null;
  /** By `cluster:attribute`, both decimal. */
  readonly attributes: ReadonlyMap<string, number>;
  readonly unsupported: readonly string[];
  readonly pinUsers: number | null;
  readonly pinLength: { readonly min: number; readonly max: number } | null;
  readonly schedules: {
    readonly week: number;
    readonly year: number;
    readonly holiday: number;
  } | null;
  readonly behaviour: ReadonlyMap<string, unknown>;
  /** Fields with a value of the wrong type. They count as unknown. */
  readonly notUnderstood: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads `locks.json`. Only the list itself and each `id` are required; what is missing, null or of
 * another kind counts as not known.
 * @throws TypeError naming the entry
 */
export function readFieldLocks(text: string): FieldLock[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) throw new TypeError("the file of locks must be a list");
  return list.map((entry: unknown, index) => readLock(entry, index));
}

function readLock(entry: unknown, index: number): FieldLock {
  if (!isObject(entry)) throw new TypeError(`lock ${index}: must be an object`);
  const id = text(entry["id"]) ?? text(entry["model"]);
  if (id === null) throw new TypeError(`lock ${index}: id must be text`);
  const node = fields(entry["nodeDescriptor"]);
  return {
    id,
    manufacturer: text(entry["manufacturer"]),
    model: text(entry["model"]),
    endpoints: list(entry["endpoints"])
      .filter(isObject)
      .map((one) => readEndpoint(one, entry)),
    node: {
      isRouter: text(node["logicalType"])?.toLowerCase() === "router",
      flags: count(node["macCapabilityFlags"]),
      manufacturerCode: count(node["manufacturerCode"]) ?? 0,
    },
    powerSource: count(entry["powerSource"]),
    checkInQuarterSeconds: count(entry["pollCheckInQuarterSeconds"]),
    battery: isObject(entry["battery"]) ? readBattery(entry["battery"]) : null,
    attributes: readAttributes(fields(entry["attributes"])),
    unsupported: list(entry["unsupported"]).flatMap((key) => attributeKey(text(key) ?? "") ?? []),
    pinUsers: count(entry["pinUsers"]),
    pinLength: readPinLength(fields(entry["pinLength"])),
    schedules: isObject(entry["schedules"]) ? readSchedules(entry["schedules"]) : null,
    behaviour: new Map(Object.entries(fields(entry["behaviour"]))),
    notUnderstood: notUnderstoodIn(entry),
  };
}

function readBattery(battery: Fields): FieldLock["battery"] {
  return {
    raw: count(battery["raw"]),
    percent: count(battery["percent"]),
    scale: text(battery["scale"]),
    voltage: count(battery["voltageDeci"]),
    cells: count(battery["cells"]),
  };
}

function readPinLength(pinLength: Fields): FieldLock["pinLength"] {
  const [min, max] = [count(pinLength["min"]), count(pinLength["max"])];
  return min === null || max === null ? null : { min, max };
}

function readSchedules(schedules: Fields): FieldLock["schedules"] {
  return {
    week: count(schedules["week"]) ?? 0,
    year: count(schedules["year"]) ?? 0,
    holiday: count(schedules["holiday"]) ?? 0,
  };
}

const scales: ReadonlySet<unknown> = new Set(["half", "whole", "voltage"]);
const isCount = (value: unknown): boolean => count(value) !== null;

/** What each field may hold beside null. */
const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  manufacturer: (value) => text(value) !== null,
  model: (value) => text(value) !== null,
  endpoints: Array.isArray,
  unsupported: Array.isArray,
  powerSource: isCount,
  pollCheckInQuarterSeconds: isCount,
  pinUsers: isCount,
  battery: isObject,
  "battery.raw": isCount,
  "battery.percent": isCount,
  "battery.voltageDeci": isCount,
  "battery.cells": isCount,
  "battery.scale": (value) => scales.has(value),
  pinLength: isObject,
  "pinLength.min": isCount,
  "pinLength.max": isCount,
  schedules: isObject,
  nodeDescriptor: isObject,
  "nodeDescriptor.macCapabilityFlags": isCount,
  "nodeDescriptor.manufacturerCode": isCount,
  attributes: isObject,
  behaviour: isObject,
};

function notUnderstoodIn(entry: Fields): string[] {
  return Object.entries(kinds).flatMap(([path, isKind]) => {
    const [name = "", part] = path.split(".");
    const value = part === undefined ? entry[name] : fields(entry[name])[part];
    return value === undefined || value === null || isKind(value)
      ? []
      : [`${path} ${JSON.stringify(value)}`];
  });
}

function readEndpoint(entry: Fields, lock: Fields): FieldEndpoint {
  return {
    id: count(entry["id"]) ?? 1,
    deviceId: count(entry["deviceId"]) ?? count(lock["deviceId"]),
    in: clusters(entry["in"]),
    out: clusters(entry["out"]),
  };
}

function clusters(value: unknown): readonly number[] | null {
  return Array.isArray(value) ? value.flatMap((id: unknown) => count(id) ?? []) : null;
}

function readAttributes(entries: Fields): ReadonlyMap<string, number> {
  const attributes = new Map<string, number>();
  for (const [name, raw] of Object.entries(entries)) {
    const key = attributeKey(name);
    const value = typeof raw === "boolean" ? Number(raw) : count(raw);
    if (key !== null && value !== null) attributes.set(key, value);
  }
  return attributes;
}

/** `0x0101/0x0012` → `257:18`. */
function attributeKey(name: string): string | null {
  const [cluster, attribute] = name.split("/").map(count);
  return typeof cluster === "number" && typeof attribute === "number"
    ? `${cluster}:${attribute}`
    : null;
}

/** A number, or one as text in decimal or hex. */
export function count(value: unknown): number | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? value : null;
  if (typeof value !== "string" || !/^(0x[0-9a-f]+|[0-9]+)$/i.test(value)) return null;
  return Number(value);
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fields(value: unknown): Fields {
  return isObject(value) ? value : {};
}
