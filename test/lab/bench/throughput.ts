import { plan } from "../../../daemon/core/plan/plan.ts";
import { aPassword, aSlot, aView, someCapabilities } from "../../support/records.ts";
import { type Figure, spreadOf } from "./figures.ts";
import { nowNs } from "./monotonic.ts";
import { gatewayId, lockCount, openingCode, type Rig } from "./rig.ts";

const burstRounds = 50;
/** Faster than the daemon can take it, slow enough that the simulated air drops nothing. */
const roundEveryMs = 10;

/** A burst of openings: first frame off the stick → last event at the cloud. */
export async function measureBurst({ ours, ear }: Rig): Promise<Figure> {
  const wanted = burstRounds * lockCount;
  let count = 0;
  const first = ours.process.next("the first frame", (fields) => fields["frame"] === "event");
  const last = ear.next(`${wanted} events`, ({ topic, body }) => {
    const isOpening = topic === `latch/1/${gatewayId}/up/event` && body.includes("lockerOpenAlarm");
    if (isOpening) count += 1;
    return count === wanted;
  });
  const fields = { rounds: burstRounds, everyMs: roundEveryMs, code: openingCode };
  await ours.process.ask("burst", fields);
  const [{ atNs: firstNs }, { atNs }] = await Promise.all([first, last]);
  const perSecond = wanted / ((atNs - Number(firstNs)) / 1e9);
  const spread = spreadOf([perSecond]);
  return {
    name: "events in a burst",
    unit: "1/s",
    ours: spread,
    bare: null,
    parts: {},
    target: null,
  };
}

const passwords = 100;
const plans = 2_000;

/** Planning one lock that already holds every desired code. */
export function measurePlanning(): Figure {
  const numbers = Array.from({ length: passwords }, (_, index) => index + 1);
  const view = aView({
    lock: { capabilities: someCapabilities({ pinUsers: passwords, lastUserId: passwords }) },
    passwords: numbers.map((id) => aPassword({ id, userId: id, operationStage: "done" })),
    slots: numbers.map((userId) =>
      aSlot({
        userId,
        holder: userId,
        appliedRevision: 1,
        confidence: "confirmed",
        content: {
          kind: "occupied",
          mark: "123456",
          userStatus: "occupiedEnabled",
          userType: "unrestricted",
        },
        verifiedAtMs: 1_000,
      }),
    ),
  });
  const time = { nowMs: 2_000, state: "synced" } as const;
  const tookUs: number[] = [];
  for (let run = 0; run < plans; run += 1) {
    const startNs = nowNs();
    plan({ view, time, blockedUntilMs: null });
    if (run >= plans / 2) tookUs.push((nowNs() - startNs) / 1_000);
  }
  const name = `planning a lock with ${passwords} passwords`;
  return { name, unit: "µs", ours: spreadOf(tookUs), bare: null, parts: {}, target: null };
}
