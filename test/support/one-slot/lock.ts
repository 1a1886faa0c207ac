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

export interface StoredCode {
  readonly mark: string;
  readonly isEnabled: boolean;
  readonly by: "gateway" | "person";
}

interface Acted {
  readonly stored: StoredCode | null;
  readonly reported: readonly Programming[];
  readonly answer: SlotOutcome;
}

/** Returns what the lock does, answers and reports. */
export function acted(
  kind: LockKind,
  stored: StoredCode | null,
  operation: PlannedOperation,
  mark: string | null,
): Acted {
  switch (operation.name) {
    case "setPinCode": {
      assert.ok(mark !== null);
      const reported = kind.echoes ? echoesOf(kind, "pinCodeAdded", mark) : [];
      if (kind.refusesDuplicates && stored?.mark === mark) {
        return { stored, reported: [], answer: { kind: "refused", status: "duplicateCode" } };
      }
      const isEnabled = operation.userStatus === "occupiedEnabled";
      return { stored: { mark, isEnabled, by: "gateway" }, reported, answer: { kind: "done" } };
    }
    case "clearPinCode":
      return {
        stored: null,
        reported: kind.echoes ? echoesOf(kind, "pinCodeDeleted", null) : [],
        answer: { kind: "done" },
      };
    case "setUserStatus": {
      if (kind.shows === "nothing")
        return { stored, reported: [], answer: { kind: "unsupported" } };
      if (stored === null) {
        return { stored, reported: [], answer: { kind: "refused", status: "failure" } };
      }
      const isEnabled = operation.userStatus === "occupiedEnabled";
      return { stored: { ...stored, isEnabled }, reported: [], answer: { kind: "done" } };
    }
    case "getPinCode":
    case "getUserStatus":
      return { stored, reported: [], answer: shownBy(kind, stored) };
  }
}

function shownBy(kind: LockKind, stored: StoredCode | null): SlotOutcome {
  if (kind.shows === "nothing") return { kind: "unsupported" };
  if (stored === null) return { kind: "read", content: { kind: "empty" }, code: null };
  const mark = kind.shows === "digits" ? stored.mark : null;
  const userStatus = stored.isEnabled ? "occupiedEnabled" : "occupiedDisabled";
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
  return [reported(kind, "rf", code, mark), reported(kind, "keypad", code, mark)];
}

export function reported(
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
