import type { LockEvent } from "../../lock-driver.ts";

/**
 * Yale's Control4 module (ZYA-C4-MOD-S, YRD256-TSDB) reports operations as alarms (0x0009) that name the
 * vendor's cluster 0xFC00; the numbers are the maker's (zigbee-herdsman-converters, yale definitions).
 */
const events: Readonly<Record<number, LockEvent>> = {
  9: { kind: "alarm", alarm: "deadboltJammed" },
  18: operation("keypad", "lock"),
  19: operation("keypad", "unlock"),
  21: operation("manual", "manualLock"),
  22: operation("manual", "manualUnlock"),
  24: operation("rf", "lock"),
  25: operation("rf", "unlock"),
  27: operation("self", "autoLock"),
  32: operation("manual", "oneTouchLock"),
  48: { kind: "alarm", alarm: "resetToFactory" },
  112: {
    kind: "programmingEvent",
    source: "keypad",
    code: "masterCodeChanged",
    userId: null,
    pinCode: null,
    userType: null,
    userStatus: null,
    localSeconds: null,
  },
  130: { kind: "alarm", alarm: "rfModulePowerCycled" },
  161: { kind: "alarm", alarm: "wrongCodeEntryLimit" },
  162: { kind: "alarm", alarm: "frontEscutcheonRemoved" },
  167: { kind: "batteryLowAlarm" },
  168: { kind: "batteryLowAlarm" },
  169: { kind: "batteryLowAlarm" },
};

/** @returns the event of an alarm code of the module; null for an unknown code */
export function control4Alarm(code: number): LockEvent | null {
  return events[code] ?? null;
}

type OperationEvent = Extract<LockEvent, { kind: "operationEvent" }>;

function operation(source: OperationEvent["source"], code: OperationEvent["code"]): LockEvent {
  return { kind: "operationEvent", source, code, userId: null, localSeconds: null };
}
