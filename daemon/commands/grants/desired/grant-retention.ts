import type { GrantRecord } from "../../../core/grant/grant.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import { type Change, remove } from "../../../store/store.ts";
import type { CommandContext } from "../../command.ts";

/** Limit of grants. Above it the grant that finished first is forgotten; if none has, one more is refused. */
export const maxGrants = 2_000;
/** How long a grant stays listed after it has no password any more, ms. */
const finishedKeptMs = 30 * 86_400_000;

/**
 * Returns what makes room for one more grant.
 * @throws GatewayError `busy` at the limit
 */
export function roomForGrant({ view, time }: CommandContext): readonly Change[] {
  const known = [...view.list("grant")];
  const finished = known.filter(isFinished).sort((a, b) => endMs(a) - endMs(b));
  const surplus = known.length + 1 - maxGrants;
  const going = finished.filter(
    (grant, index) => index < surplus || endMs(grant) + finishedKeptMs <= time.nowMs,
  );
  if (known.length - going.length >= maxGrants) {
    throw new GatewayError("busy", `there are ${maxGrants} grants; revoke one first`);
  }
  return going.map(({ grant }) => remove("grant", [grant]));
}

/** Returns whether no lock has a password of the grant any more. */
function isFinished({ doors }: GrantRecord): boolean {
  return doors.every(({ gone }) => gone !== null);
}

function endMs({ revokedAtMs, changedAtMs, window }: GrantRecord): number {
  return revokedAtMs ?? Math.max(changedAtMs, window.endMs ?? 0);
}
