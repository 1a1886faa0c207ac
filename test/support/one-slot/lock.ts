import assert from "node:assert/strict";
import type { LockEvent } from "../../../daemon/core/model/lock-event.ts";
import { PinCode } from "../../../daemon/core/model/secret.ts";
import type { PlannedOperation } from "../../../daemon/core/model/slot-operation.ts";
import type { SlotOutcome } from "../../../daemon/core/outcome/outcome-input.ts";
import { aCode } from "../records.ts";

export const userId = 1;

export type Programming = Extract<LockEvent, { kind: "programmingEvent" }>;

export interface LockKind {
  readonly name: string;
  readonly shows: "digits" | "masked" | "status" | "nothing";
  /** It reports its own writes over the air, and then again as edits at the keypad. */
  readonly echoes: boolean;
  readonly tellsDigits: boolean;
  /** A deletion at the keypad is reported as one of all codes. */
  readonly tellsAll: boolean;
  /** Set PIN Code with the code that is in there already is answered with status 3. */
  readonly refusesDuplicates: boolean;
}

export interface Held {
  readonly mark: string;
  readonly isEnabled: boolean;
  readonly by: "gateway" | "person";
}

interface Acted {
  readonly held: Held | null;
  readonly told: readonly Programming[];
  readonly answer: SlotOutcome;
}

/** Returns what the lock does, answers and reports. */
export function acted(
  kind: LockKind,
  held: Held | null,
  operation: PlannedOperation,
  mark: string | null,
): Acted {
  switch (operation.name) {
    case "setPinCode": {
      assert.ok(mark !== null);
      const told = kind.echoes ? echoesOf(kind, "pinCodeAdded", mark) : [];
      if (kind.refusesDuplicates && held?.mark === mark) {
        return { held, told: [], answer: { kind: "refused", status: "duplicateCode" } };
      }
      const isEnabled = operation.userStatus === "occupiedEnabled";
      return { held: { mark, isEnabled, by: "gateway" }, told, answer: { kind: "done" } };
    }
    case "clearPinCode":
      return {
        held: null,
        told: kind.echoes ? echoesOf(kind, "pinCodeDeleted", null) : [],
        answer: { kind: "done" },
      };
    case "setUserStatus": {
      if (kind.shows === "nothing") return { held, told: [], answer: { kind: "unsupported" } };
      if (held === null) {
        return { held, told: [], answer: { kind: "refused", status: "failure" } };
      }
      const isEnabled = operation.userStatus === "occupiedEnabled";
      return { held: { ...held, isEnabled }, told: [], answer: { kind: "done" } };
    }
    case "getPinCode":
    case "getUserStatus":
      return { held, told: [], answer: shownBy(kind, held) };
  }
}

function shownBy(kind: LockKind, held: Held | null): SlotOutcome {
  if (kind.shows === "nothing") return { kind: "unsupported" };
  if (held === null) return { kind: "read", content: { kind: "empty" }, code: null };
  const mark = kind.shows === "digits" ? held.mark : null;
  const userStatus = held.isEnabled ? "occupiedEnabled" : "occupiedDisabled";
  const code = mark === null ? null : aCode(mark);
  return {
    kind: "read",
    content: { kind: "occupied", mark, userStatus, userType: "unrestricted" },
    code,
    edited: { code, sealedFor: "password/edited" },
  };
}

/** ID Lock 150: over the air, then at the keypad, where nobody is. */
function echoesOf(
  kind: LockKind,
  code: "pinCodeAdded" | "pinCodeDeleted",
  mark: string | null,
): Programming[] {
  return [told(kind, "rf", code, mark), told(kind, "keypad", code, mark)];
}

export function told(
  kind: LockKind,
  source: "rf" | "keypad",
  code: Programming["code"],
  mark: string | null,
): Programming {
  const pinCode = mark === null ? null : kind.tellsDigits ? pinOf(mark) : ("masked" as const);
  return {
    kind: "programmingEvent",
    source,
    code,
    userId,
    pinCode,
    userType: mark === null ? null : "unrestricted",
    userStatus: mark === null ? null : "occupiedEnabled",
    localSeconds: null,
  };
}

function pinOf(digits: string): PinCode {
  const pin = PinCode.parse(digits);
  assert.ok(pin !== null);
  return pin;
}
