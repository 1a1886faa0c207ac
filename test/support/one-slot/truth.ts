import assert from "node:assert/strict";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../daemon/core/model/slot.ts";
import type { World } from "./world.ts";

/** The newest step of a walk and those before it, which many walks share. */
export interface Path {
  readonly name: string;
  readonly before: Path | null;
}

/** Returns the steps of a walk, the first one first. */
export function written(path: Path | null): string {
  const names: string[] = [];
  for (let at = path; at !== null; at = at.before) names.unshift(at.name);
  return names.join(", ") || "at once";
}

/** Fails if what the gateway says of the slot is not what the lock holds. */
export function assertTrue(world: World, path: Path | null, hadLost = false): void {
  const fault = faultOf(world, hadLost);
  if (fault === null) return;
  const { stored, view } = world;
  const known = { stored, slot: view.slots.get(1), passwords: view.passwords };
  assert.fail(`${fault}: ${written(path)}: ${JSON.stringify(known)}`);
}

/** Fails if the applied revision of the slot falls. */
export function assertNeverFalls(before: World, after: World, path: Path): void {
  const was = before.view.slots.get(1);
  const is = after.view.slots.get(1);
  if (was === undefined || is === undefined || was.holder !== is.holder) return;
  if (is.appliedRevision >= was.appliedRevision) return;
  assert.fail(`the applied revision falls: ${written(path)}`);
}

function faultOf(world: World, hadLost: boolean): string | null {
  const slot = world.view.slots.get(1);
  const known = slot === undefined ? null : faultOfSlot(world, slot, hadLost);
  if (known !== null) return known;
  const { passwords } = world.view;
  const wanted = passwords.filter(({ isDeleted, isFrozen }) => !isDeleted && !isFrozen);
  if (opensUnwanted(world, wanted, hadLost)) return "a code of ours that nobody wants opens";
  if (hadLost) return null;
  for (const password of wanted) {
    const fault = faultOfPassword(world, password, slot);
    if (fault !== null) return fault;
  }
  return null;
}

/** A code that replaced another one without an event is hidden from every read. */
function opensUnwanted(
  { stored, kind }: World,
  wanted: readonly PasswordRecord[],
  hadLost: boolean,
): boolean {
  if (stored?.isEnabled !== true || stored.by !== "gateway") return false;
  const isHidden = hadLost && kind.shows !== "digits";
  return !isHidden && !wanted.some(({ code }) => code?.mark === stored.mark);
}

function faultOfPassword(
  { stored }: World,
  { code, operationStage, userId }: PasswordRecord,
  slot: SlotRecord | undefined,
): string | null {
  if (code === null) return null;
  const opens = stored?.isEnabled === true && stored.mark === code.mark;
  if (operationStage === "failed" && opens) return "a failed code opens";
  const isClaimed = operationStage === "done" && userId === 1 && slot?.confidence === "confirmed";
  return isClaimed && !opens ? "a code that is reported as done does not open" : null;
}

function faultOfSlot(world: World, slot: SlotRecord, hadLost: boolean): string | null {
  const { stored, kind } = world;
  if (kind.shows === "nothing" && hadLost) return null;
  const isConfirmed = slot.confidence === "confirmed";
  switch (slot.content.kind) {
    case "unknown":
      return kind.shows === "nothing" ? null : "a slot that can be read stays unknown";
    case "empty":
      if (stored?.isEnabled === true) return "'empty' for a code that opens";
      return isConfirmed && stored !== null ? "'empty, confirmed' for an occupied slot" : null;
    case "occupied":
      return isConfirmed ? faultOfCode(world, slot.content, hadLost) : null;
  }
}

/** Compares the code that was confirmed with the one in the lock. */
function faultOfCode(
  { stored, kind }: World,
  { mark, userStatus }: Extract<SlotRecord["content"], { kind: "occupied" }>,
  hadLost: boolean,
): string | null {
  if (stored === null) return "'occupied, confirmed' for an empty slot";
  if ((userStatus === "occupiedEnabled") !== stored.isEnabled)
    return "another status was confirmed";
  const isHidden = hadLost && kind.shows !== "digits";
  const isOther = mark !== null && mark !== stored.mark;
  return isOther && !isHidden ? "another code was confirmed" : null;
}
