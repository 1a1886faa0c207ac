import { randomBytes } from "node:crypto";
import { parseBody } from "../down/message-body.ts";

/** Returns a keyed hash over lines. Only this gateway, and a cloud with its digest key, can make it. */
export type Prove = (lines: readonly string[]) => string;

/** What a proven message on the gateway's own `up/state` says about the start that sent it. */
export interface StateMessage {
  readonly isOnline: boolean;
  readonly boot: string;
  /** The number of that start of the process; it grows by one with each start. */
  readonly start: number;
  /** The journal as it was then; null in a will, which is written before the journal grows. */
  readonly journal: { readonly epoch: string; readonly head: number } | null;
}

/**
 * Returns an id for one start of the process that contains its own proof: `<start>.<random>.<proof>`. The
 * will has only this id, and the broker publishes the will when the gateway loses its power.
 */
export function provenBoot(prove: Prove, gatewayId: string, start: number): string {
  const random = randomBytes(12).toString("base64url");
  return `${start}.${random}.${prove(["boot", gatewayId, String(start), random])}`;
}

/** Returns the proof of a birth or a farewell, which covers what it says about the journal. */
export function proofOf(
  prove: Prove,
  gatewayId: string,
  { isOnline, boot, start, journal }: StateMessage,
): string {
  const state = isOnline ? "online" : "offline";
  const { epoch = "", head = 0 } = journal ?? {};
  return prove(["state", gatewayId, state, boot, String(start), epoch, String(head)]);
}

/** Returns what a state message proves; null = nothing, and then it must have no effect. */
export function provenStateIn(
  payload: Uint8Array,
  prove: Prove,
  gatewayId: string,
): StateMessage | null {
  const body = parseBody(payload);
  if (!body.ok || typeof body.value !== "object" || body.value === null) return null;
  const { state, boot, start, epoch, head, proof }: Record<string, unknown> = { ...body.value };
  if ((state !== "online" && state !== "offline") || typeof boot !== "string") return null;
  const isOnline = state === "online";
  if (
    typeof start === "number" &&
    Number.isSafeInteger(start) &&
    typeof epoch === "string" &&
    typeof head === "number"
  ) {
    const message: StateMessage = { isOnline, boot, start, journal: { epoch, head } };
    if (proof === proofOf(prove, gatewayId, message)) return message;
  }
  const provenStart = startOfBoot(boot, prove, gatewayId);
  return provenStart === null ? null : { isOnline, boot, start: provenStart, journal: null };
}

/** Returns the start that a state message claims, without a proof; null = it claims none. */
export function claimedBootIn(payload: Uint8Array): string | null {
  const body = parseBody(payload);
  if (!body.ok || typeof body.value !== "object" || body.value === null) return null;
  const { boot }: Record<string, unknown> = { ...body.value };
  return typeof boot === "string" ? boot : null;
}

function startOfBoot(boot: string, prove: Prove, gatewayId: string): number | null {
  const [start = "", random = "", proof = "", ...rest] = boot.split(".");
  if (rest.length > 0 || !/^[0-9]{1,15}$/.test(start)) return null;
  return proof === prove(["boot", gatewayId, start, random]) ? Number(start) : null;
}
