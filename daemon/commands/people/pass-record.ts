import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { PassRecord } from "../../core/model/gateway/account.ts";
import { hasPassEnded } from "../../core/model/gateway/session-life.ts";
import type { Change } from "../../store/store.ts";
import { put, remove } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";

/** Limit of passes that have not ended; one more is refused as busy. */
const maxPasses = 16;

export const passLife = Type.Integer({
  minimum: 300,
  maximum: 7 * 86_400,
  description: "for how long, seconds: 300 (5 minutes) to 604800 (7 days)",
});

export const passName = Type.String({
  pattern: "^\\S(.{0,62}\\S)?$",
  description: "for whom, 1 … 64 characters; absent = installer",
});

/** What a new pass is made of. */
export interface NewPass {
  readonly name: string;
  readonly homes: readonly string[] | null;
  readonly lifeS: number;
}

/** A secret with its hash, as base64url. */
export interface HashedSecret {
  readonly secret: string;
  readonly hash: string;
}

/** Returns 256 random bits and their SHA-256. */
export async function newSecret(): Promise<HashedSecret> {
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
  return { secret, hash: Buffer.from(digest).toString("base64url") };
}

/**
 * Returns a new pass and what writes it; passes that have ended are removed with it.
 * @throws GatewayError `busy` at the limit
 */
export function passChanges(
  { view, time, caller, newId }: CommandContext,
  secretHash: string,
  { name, homes, lifeS }: NewPass,
): { readonly pass: PassRecord; readonly changes: readonly Change[] } {
  const known = [...view.list("pass")];
  const ended = known.filter((pass) => hasPassEnded(pass, time.nowMs));
  if (known.length - ended.length >= maxPasses) {
    throw new GatewayError("busy", `there are ${maxPasses} passes; remove one first`);
  }
  const pass = {
    passId: newId(),
    name,
    secretHash,
    homes,
    createdBy: caller.name,
    createdAtMs: time.nowMs,
    expiresAtMs: time.nowMs + lifeS * 1000,
    usedAtMs: null,
  };
  const removals = ended.map(({ passId }) => remove("pass", [passId]));
  return { pass, changes: [put("pass", [pass.passId], pass), ...removals] };
}
