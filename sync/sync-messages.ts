import { Type } from "typebox";
import { Compile } from "typebox/compile";

/** A message on `down/sync`. */
export type SyncMessage =
  /** The cloud holds every record of `epoch` up to `seq`. */
  | { readonly kind: "acknowledgement"; readonly epoch: string; readonly seq: number }
  /** Send again everything from `from`. */
  | { readonly kind: "replay"; readonly from: number }
  /** The cloud's time, ms UTC. */
  | { readonly kind: "time"; readonly unixMs: number };

export type SyncParse =
  | { readonly ok: true; readonly message: SyncMessage }
  | { readonly ok: false; readonly reason: string };

const seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const closed = { additionalProperties: false };

const acknowledgement = Compile(
  Type.Object({ epoch: Type.String({ minLength: 1, maxLength: 128 }), seq }, closed),
);
const replay = Compile(
  Type.Object(
    {
      replay: Type.Object(
        { from: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
        closed,
      ),
    },
    closed,
  ),
);
/** Unix seconds, as everywhere in the API where it does not say ms; at most the year 9999. */
const time = Compile(
  Type.Object({ time: Type.Number({ exclusiveMinimum: 0, maximum: 253_402_300_799 }) }, closed),
);

/** Reads a message of `down/sync`: it is known by the one field that its kind has. Never throws. */
export function parseSyncMessage(value: unknown): SyncParse {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, reason: "body must be an object" };
  }
  if ("seq" in value) {
    if (!acknowledgement.Check(value)) return fault(acknowledgement.Errors(value));
    return { ok: true, message: { kind: "acknowledgement", epoch: value.epoch, seq: value.seq } };
  }
  if ("replay" in value) {
    if (!replay.Check(value)) return fault(replay.Errors(value));
    return { ok: true, message: { kind: "replay", from: value.replay.from } };
  }
  if ("time" in value) {
    if (!time.Check(value)) return fault(time.Errors(value));
    return { ok: true, message: { kind: "time", unixMs: Math.round(value.time * 1000) } };
  }
  if ("snapshot" in value) {
    return { ok: false, reason: "snapshot is not supported by this gateway; send commands" };
  }
  return { ok: false, reason: "body must have one of: seq, replay, time" };
}

/** One sentence out of a schema's findings; it names the field and never quotes its value. */
export function sentenceOf(
  errors: readonly { readonly instancePath: string; readonly message: string }[],
): string {
  const worst = errors.find((error) => error.instancePath !== "") ?? errors[0];
  if (worst === undefined) return "body does not fit its schema";
  if (worst.instancePath === "") return worst.message;
  const field = worst.instancePath.slice(1).replaceAll("/", ".");
  return worst.message === "schema is false"
    ? `${field} is not a known field`
    : `${field} ${worst.message}`;
}

function fault(
  errors: readonly { readonly instancePath: string; readonly message: string }[],
): SyncParse {
  return { ok: false, reason: sentenceOf(errors) };
}
