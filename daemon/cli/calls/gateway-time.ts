import { isTimeZone } from "../../core/time/time-zone.ts";
import type { DaemonClient } from "../daemon-client.ts";
import type { TimeFrame } from "../times/people-time.ts";

/**
 * Returns the gateway's time and its zone, which people's times refer to. Where the daemon does not tell them, they
 * are this machine's.
 * @throws DaemonUnreachable
 */
export async function gatewayTime(client: DaemonClient): Promise<TimeFrame> {
  const { time, time_zone: zone } = await client.command("get_clock", {});
  return {
    nowMs: typeof time === "number" ? time * 1000 : Date.now(),
    timeZone: typeof zone === "string" && isTimeZone(zone) ? zone : machineZone(),
  };
}

/** Returns the zone of this machine. */
export function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
