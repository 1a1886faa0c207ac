import { type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { valueFaults } from "../../daemon/base/value-faults.ts";
import type { CloudCommand } from "../../daemon/commands/execution.ts";

/** A message on `down/sync`. */
export type SyncMessage =
  /** The cloud has every record of `epoch` up to `seq`. */
  | { readonly kind: "acknowledgement"; readonly epoch: string; readonly seq: number }
  /** Send again everything from `from`. */
  | { readonly kind: "replay"; readonly from: number }
  /** The cloud's time, ms UTC; with the nonce of the birth message it answers. */
  | { readonly kind: "time"; readonly unixMs: number; readonly nonce: string | null }
  /** Publish the digest of one lock, or of each. */
  | { readonly kind: "digest"; readonly uuid: string | null }
  /** The whole desired state of one lock: a command on another topic. */
  | { readonly kind: "snapshot"; readonly command: CloudCommand };

export type SyncParse =
  | { readonly ok: true; readonly message: SyncMessage }
  | { readonly ok: false; readonly reason: string };

const seq = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const closed = { additionalProperties: false };

/** Unix seconds; at most the year 9999. */
const unixSeconds = (description: string) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 253_402_300_799, description });

/** The bodies of `down/sync`, by the one field that only its kind has. */
export const syncSchemas = {
  seq: Type.Object(
    { epoch: Type.String({ minLength: 1, maxLength: 128 }), seq },
    { ...closed, description: "the cloud has every record of the epoch up to seq" },
  ),
  replay: Type.Object(
    {
      replay: Type.Object(
        { from: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
        closed,
      ),
    },
    { ...closed, description: "send again everything from there on" },
  ),
  time: Type.Object(
    {
      time: unixSeconds("Unix seconds"),
      nonce: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 64,
          description: "the `time_nonce` of the birth that is answered, within 30 s",
        }),
      ),
    },
    { ...closed, description: "the cloud's time" },
  ),
  digest: Type.Object(
    {
      digest: Type.Object(
        { uuid: Type.Optional(Type.String({ maxLength: 64, description: "absent = every lock" })) },
        closed,
      ),
    },
    { ...closed, description: "publish the digests of locks on up/state" },
  ),
  snapshot: Type.Object(
    {
      id: Type.String({ minLength: 1, maxLength: 128 }),
      snapshot: Type.Unknown({ description: "the parameters of apply_snapshot" }),
      iat: Type.Optional(unixSeconds("issued at, Unix seconds")),
      exp: Type.Optional(unixSeconds("expires at, Unix seconds")),
    },
    { ...closed, description: "the whole desired state of one lock; answered on up/reply" },
  ),
} as const;

const seqBody = Compile(syncSchemas.seq);
const replayBody = Compile(syncSchemas.replay);
const timeBody = Compile(syncSchemas.time);
const digestBody = Compile(syncSchemas.digest);
const snapshotBody = Compile(syncSchemas.snapshot);

/** Reads a body that has the field of its kind. */
const readers: Readonly<Record<keyof typeof syncSchemas, (body: object) => SyncParse>> = {
  seq: (body) => {
    if (!seqBody.Check(body)) return fault(syncSchemas.seq, body);
    return { ok: true, message: { kind: "acknowledgement", epoch: body.epoch, seq: body.seq } };
  },
  replay: (body) => {
    if (!replayBody.Check(body)) return fault(syncSchemas.replay, body);
    return { ok: true, message: { kind: "replay", from: body.replay.from } };
  },
  time: (body) => {
    if (!timeBody.Check(body)) return fault(syncSchemas.time, body);
    const unixMs = Math.round(body.time * 1000);
    return { ok: true, message: { kind: "time", unixMs, nonce: body.nonce ?? null } };
  },
  digest: (body) => {
    if (!digestBody.Check(body)) return fault(syncSchemas.digest, body);
    return { ok: true, message: { kind: "digest", uuid: body.digest.uuid ?? null } };
  },
  snapshot: (body) => {
    if (!snapshotBody.Check(body)) return fault(syncSchemas.snapshot, body);
    const { snapshot: params, ...envelope } = body;
    const command = { ...envelope, command: "apply_snapshot", params };
    return { ok: true, message: { kind: "snapshot", command } };
  },
};

/** Reads a message of `down/sync`; one field tells its kind. Never throws. */
export function parseSyncMessage(value: unknown): SyncParse {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, reason: "body must be an object" };
  }
  for (const [field, read] of Object.entries(readers)) if (field in value) return read(value);
  return { ok: false, reason: "body must have one of: seq, replay, time, digest, snapshot" };
}

/** Returns one sentence about a body that does not fit its schema. It names the field and never quotes its value. */
export function bodyFault(schema: TSchema, body: unknown): string {
  const [first] = valueFaults(schema, body);
  if (first === undefined) return "body is not accepted";
  return `${first.field === "" ? "body" : first.field} ${first.text}`;
}

function fault(schema: TSchema, body: unknown): SyncParse {
  return { ok: false, reason: bodyFault(schema, body) };
}
