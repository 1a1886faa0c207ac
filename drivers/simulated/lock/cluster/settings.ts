import { ClusterId, DoorLockAttribute } from "../../zcl/constants.ts";
import { DataType } from "../../zcl/data-type.ts";
import type { MemoryFile } from "../body/memory.ts";
import type { Quirks } from "../quirks.ts";

const a = DoorLockAttribute;

/** A Door Lock attribute that a client may write: its type, first value and bounds. */
export interface Setting {
  readonly id: number;
  readonly type: number;
  readonly first: number;
  readonly min: number;
  readonly max: number;
}

function setting(
  id: number,
  type: number,
  first: number,
  bounds: readonly [number, number],
): Setting {
  return { id, type, first, min: bounds[0], max: bounds[1] };
}

const flag = [0, 1] as const;

/** Writable Door Lock attributes that are plain numbers (ZCL 7.3.2.13 – 7.3.2.15). */
export function doorLockSettings(quirks: Quirks): readonly Setting[] {
  return [
    setting(a.doorOpenEvents, DataType.uint32, 0, [0, 0xffffffff]),
    setting(a.doorClosedEvents, DataType.uint32, 0, [0, 0xffffffff]),
    setting(a.openPeriod, DataType.uint16, 0, [0, 0xffff]),
    setting(a.enableLogging, DataType.boolean, quirks.logRecords > 0 ? 1 : 0, flag),
    setting(a.ledSettings, DataType.uint8, 1, [0, 2]),
    setting(a.autoRelockTime, DataType.uint32, 0, [0, 0xffffffff]),
    setting(a.soundVolume, DataType.uint8, 1, [0, 2]),
    setting(a.operatingMode, DataType.enum8, 0, [0, 4]),
    setting(a.enableLocalProgramming, DataType.boolean, 1, flag),
    setting(a.enableOneTouchLocking, DataType.boolean, 1, flag),
    setting(a.enableInsideStatusLed, DataType.boolean, 0, flag),
    setting(a.enablePrivacyModeButton, DataType.boolean, 0, flag),
    setting(a.wrongCodeEntryLimit, DataType.uint8, 5, [1, 255]),
    setting(a.userCodeTemporaryDisableTime, DataType.uint8, 60, [1, 255]),
    setting(a.sendPinOverTheAir, DataType.boolean, quirks.isPinSentByDefault ? 1 : 0, flag),
    setting(a.requirePinForRfOperation, DataType.boolean, 0, flag),
  ];
}

/** The eight masks, in the order of their ids from 0x0040. */
export const maskAttributes: readonly number[] = [0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47];

/** Values of the writable Door Lock attributes, kept in the lock's memory. */
export class Settings {
  readonly #file: MemoryFile;
  readonly #first = new Map<number, number>();

  constructor(file: MemoryFile, quirks: Quirks) {
    this.#file = file;
    for (const { id, first } of doorLockSettings(quirks)) this.#first.set(id, first);
    for (const id of maskAttributes)
      this.#first.set(id, quirks.initialMasks === "all" ? 0xffff : 0);
  }

  get(attributeId: number): number {
    const kept = this.#file.memory.settings[`${ClusterId.doorLock}:${attributeId}`];
    return typeof kept === "number" ? kept : (this.#first.get(attributeId) ?? 0);
  }

  is(attributeId: number): boolean {
    return this.get(attributeId) !== 0;
  }

  /** The bounds are the caller's to check. */
  set(attributeId: number, value: number): void {
    this.#file.memory.settings[`${ClusterId.doorLock}:${attributeId}`] = value;
    this.#file.changed();
  }
}
