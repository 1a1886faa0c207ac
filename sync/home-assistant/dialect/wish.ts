import { isObject } from "../../../daemon/base/json.ts";
import type { UserId } from "../../../daemon/core/model/door-lock.ts";

/** Largest body that is read, in bytes: far above what programs send. */
export const maxBodyBytes = 1024;
/** The highest user id of the ZCL. */
const maxUserId = 0xfffe;

/** What a message on a topic of a lock asks for. */
export type Understood =
  | { readonly kind: "setCode"; readonly userId: UserId; readonly code: string }
  | { readonly kind: "clearCode"; readonly userId: UserId }
  | { readonly kind: "getCode"; readonly userId: UserId }
  | { readonly kind: "moveBolt"; readonly action: "lock" | "unlock" };

export type Wish = Understood | { readonly kind: "fault"; readonly reason: string };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads a message on `…/set` or `…/get`. It never throws, and no fault quotes the body, which may hold a code. */
export function wishOf(kind: "set" | "get", payload: Uint8Array): Wish {
  if (payload.byteLength > maxBodyBytes) {
    return fault(`the body has ${payload.byteLength} bytes; the limit is ${maxBodyBytes}`);
  }
  const text = textOf(payload);
  if (text === null) return fault("the body is not UTF-8");
  const bolt = kind === "set" ? boltWish(text.trim()) : null;
  if (bolt !== null) return bolt;
  const value = parsed(text);
  if (!isObject(value)) return fault("the body is not a JSON object");
  const { state, pin_code: pinCode } = value;
  if (typeof state === "string" && kind === "set") {
    return boltWish(state) ?? fault("state: must be LOCK or UNLOCK");
  }
  if (!isObject(pinCode)) return fault("pin_code: is missing");
  return pinWish(kind, pinCode);
}

function pinWish(kind: "set" | "get", pinCode: Readonly<Record<string, unknown>>): Wish {
  const { user, user_type: userType, user_enabled: isEnabled, pin_code: code } = pinCode;
  if (!isUserId(user)) return fault(`pin_code.user: must be a whole number from 0 to ${maxUserId}`);
  if (kind === "get") return { kind: "getCode", userId: user };
  if (userType !== undefined && userType !== "unrestricted") {
    return fault("pin_code.user_type: must be unrestricted");
  }
  if (isEnabled !== undefined && typeof isEnabled !== "boolean") {
    return fault("pin_code.user_enabled: must be true or false");
  }
  const hasCode = code !== undefined && code !== null;
  if (!hasCode) {
    if (isEnabled === true) return fault("pin_code.pin_code: is missing");
    return { kind: "clearCode", userId: user };
  }
  if (typeof code !== "string" || !/^[0-9]{4,10}$/.test(code)) {
    return fault("pin_code.pin_code: must be 4 to 10 digits as a string");
  }
  if (isEnabled === false) return fault("pin_code.user_enabled: a code cannot be set disabled");
  return { kind: "setCode", userId: user, code };
}

function boltWish(text: string): Wish | null {
  if (text === "LOCK") return { kind: "moveBolt", action: "lock" };
  if (text === "UNLOCK") return { kind: "moveBolt", action: "unlock" };
  return null;
}

function isUserId(value: unknown): value is UserId {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= maxUserId;
}

function textOf(payload: Uint8Array): string | null {
  try {
    return utf8.decode(payload);
  } catch {
    return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fault(reason: string): Wish {
  return { kind: "fault", reason };
}
