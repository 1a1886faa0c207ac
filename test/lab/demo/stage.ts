import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { CloudEvent, CloudReply } from "../../support/cloud/cloud.ts";
import type { Narrator } from "./narrator.ts";
import { gatewayId, type Rig, uuidOf } from "./rig.ts";

/** Where the story plays: the rig, the narrator, and the three doors by name. */
export interface Stage {
  readonly rig: Rig;
  readonly narrator: Narrator;
  readonly front: VirtualLock;
  readonly side: VirtualLock;
  readonly flat: VirtualLock;
}

export const waitMs = (delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, delayMs));
  });

/** Polls until the condition holds. @returns whether it held in time */
export async function comesTrue(
  isSo: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    if (await isSo()) return true;
    await waitMs(20);
  }
  return isSo();
}

/** Sends a command of the cloud. A refusal is a failure of the demo. */
export async function command(stage: Stage, name: string, params: object): Promise<CloudReply> {
  const reply = await stage.rig.cloud.command(
    gatewayId,
    name,
    { ...params },
    { deadlineMs: 15_000 },
  );
  if (reply.ErrNo !== 0)
    stage.narrator.misses(`${name} was refused: ${reply.ErrNo} ${reply.ErrMsg}`);
  return reply;
}

/** Waits for an event of one lock at the cloud, after `afterSeq`. */
export async function event(
  stage: Stage,
  name: string,
  about: { readonly lock: VirtualLock; readonly afterSeq: number; readonly limitMs?: number },
): Promise<CloudEvent | null> {
  const isIt = (one: CloudEvent) => one.uuid === uuidOf(about.lock) && one.seq > about.afterSeq;
  try {
    return await stage.rig.cloud.event(gatewayId, name, isIt, about.limitMs ?? 15_000);
  } catch {
    return null;
  }
}

/** The highest number the cloud has without a hole. */
export function headAtCloud(stage: Stage): number {
  return stage.rig.cloud.gateway(gatewayId).head;
}

/** A field of an event's detail. */
export function detailOf(one: CloudEvent | null, field: string): unknown {
  const detail = one?.detail;
  return typeof detail === "object" && detail !== null
    ? Object.entries(detail).find(([name]) => name === field)?.[1]
    : undefined;
}

/** Adds a password and waits until the lock has it. @returns its id and the reply's number. */
export async function addAndConfirm(
  stage: Stage,
  lock: VirtualLock,
  params: object,
): Promise<{ readonly id: number; readonly isDone: boolean }> {
  const reply = await command(stage, "add_password", {
    uuid: uuidOf(lock),
    phonenumber: "",
    ...params,
  });
  const reported = await event(stage, "pwdOperation", { lock, afterSeq: reply.seq });
  return { id: Number(reply["password_id"]), isDone: detailOf(reported, "operation_stage") === 3 };
}
