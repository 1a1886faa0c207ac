import type { Capabilities, DoorState, LockId, LockState } from "./door-lock.ts";

/** A paired lock and what is known of it: reported state that is not a slot. */
export interface LockRecord {
  readonly lock: LockId;
  readonly name: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  readonly pairedAtMs: number;
  readonly capabilities: Capabilities;
  readonly lockState: LockState;
  readonly doorState: DoorState;
  /** Percent 0 … 100; null = never heard. */
  readonly batteryPercent: number | null;
  readonly batteryAtMs: number | null;
  /** Battery alarm policy: the lowest step told (10, 7, 5), null = none; and when the last one below 5 was. */
  readonly batteryStep: 10 | 7 | 5 | null;
  readonly batteryToldAtMs: number | null;
  readonly isOnline: boolean;
  readonly onlineChangedAtMs: number;
  /** Wrong codes in a row since the last opening. */
  readonly wrongCodes: number;
  readonly wrongCodeAtMs: number | null;
  /** Slots were read at pairing: those not stored as records are empty. */
  readonly scannedAtMs: number | null;
}
