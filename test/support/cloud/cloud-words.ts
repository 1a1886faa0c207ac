import { isObject } from "../../../daemon/base/json.ts";
import type { Fields, Gap } from "../gateway-view.ts";

/** The answer to a command, in the words of the wire. */
export interface CloudReply {
  readonly id: string;
  readonly command: string;
  readonly ErrNo: number;
  readonly ErrMsg: string;
  readonly seq: number;
  readonly epoch: string;
  readonly [field: string]: unknown;
}

/** An event in the V1.6 envelope. */
export interface CloudEvent {
  readonly event: string;
  readonly time: number;
  readonly uuid: string;
  readonly detail?: Fields;
  readonly seq: number;
  readonly epoch: string;
  readonly [field: string]: unknown;
}

/** A JSON object, or null. */
export function fieldsOf(payload: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(payload.toString());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Numbers that a `journalGap` says will never come; null = it says something else. */
export function lostIn({ event, detail }: CloudEvent): Gap | null {
  if (event !== "journalGap" || detail === undefined) return null;
  const { from, to, reason } = detail;
  const isLost = reason === "folded" || reason === "pruned";
  return isLost && typeof from === "number" && typeof to === "number" ? { from, to } : null;
}

/** Returns whether the object has the form of a reply. */
export function isReply(fields: Fields): fields is CloudReply {
  const { id, command, ErrNo, ErrMsg } = fields;
  return (
    typeof id === "string" &&
    typeof command === "string" &&
    typeof ErrNo === "number" &&
    typeof ErrMsg === "string"
  );
}

/** Returns whether the object has the form of an event. */
export function isEvent(fields: Fields): fields is CloudEvent {
  const { event, time, uuid } = fields;
  return typeof event === "string" && typeof time === "number" && typeof uuid === "string";
}
