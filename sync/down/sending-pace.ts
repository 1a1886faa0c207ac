import type { Outgoing } from "../up/outgoing.ts";

/** Records that may wait to be sent before commands wait: an opening is sent behind no more than these. */
const maxUnsent = 64;
/** With more than these the journal catches up after an absence: no pace of commands helps an opening then. */
const catchingUp = 1_024;
/** Longest wait of a command: a broker that takes nothing must not stop the commands. */
const maxWaitMs = 1_000;
const lookEveryMs = 5;

/** Resolves when the records of earlier commands are on their way to the cloud. At once while nothing is sent. */
export async function whenSent(outgoing: Pick<Outgoing, "unsent">): Promise<void> {
  const startedMs = performance.now();
  const isBehind = () => outgoing.unsent > maxUnsent && outgoing.unsent < catchingUp;
  while (isBehind() && performance.now() - startedMs < maxWaitMs) {
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
