import type { Capabilities } from "../../../daemon/core/model/door-lock.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../daemon/core/model/slot.ts";
import type { World } from "./world.ts";

type Flight = NonNullable<World["flight"]>;

/**
 * Gives each state of a world a short key. A part of a world never changes and is shared by many worlds, so
 * each part is written out once and is a number in the keys.
 */
export class WorldKeys {
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<object, number>();

  /** Returns a key of everything that decides what can come next, and of nothing else. */
  of({ view, queue, stored, flight, nowMs, hasLost, edits, repeats }: World): string {
    const slot = view.slots.get(1);
    const truth = stored === null ? "" : `${stored.mark}${stored.isEnabled}${stored.by}`;
    const { slotEventSeq, capabilities, nextPasswordId } = view.lock;
    const lock = `${slotEventSeq},${nextPasswordId},${this.#shared(capabilities, capabilitiesText)}`;
    const known = slot === undefined ? 0 : this.#number(slotText(slot));
    const passwords = this.#shared(view.passwords, passwordsText);
    const events = queue.length === 0 ? "" : eventsText(queue);
    const way = flight === null ? 0 : this.#number(flightText(flight));
    return `${lock},${known},${passwords},${way}|${nowMs}|${truth}|${hasLost}${edits}${repeats}${events}`;
  }

  #number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#numbers.set(text, number);
    return number;
  }

  #shared<Part extends object>(part: Part, textOf: (part: Part) => string): number {
    const known = this.#known.get(part);
    if (known !== undefined) return known;
    const number = this.#number(textOf(part));
    this.#known.set(part, number);
    return number;
  }
}

function capabilitiesText({ userStatus, pinReadBack }: Capabilities): string {
  return `capabilities,${userStatus},${pinReadBack}`;
}

function passwordsText(passwords: readonly PasswordRecord[]): string {
  let text = "passwords";
  for (const { id, revision, isDeleted, isFrozen, code, ...rest } of passwords) {
    const { operationStage, failure, userId } = rest;
    text += `;${id},${revision},${isDeleted},${isFrozen},${code?.mark}`;
    text += `,${operationStage},${failure},${userId}`;
  }
  return text;
}

function eventsText(events: World["queue"]): string {
  let text = "";
  for (const { source, code, pinCode } of events) {
    const digits = pinCode === null || pinCode === "masked" ? pinCode : pinCode.reveal();
    text += `;${source},${code},${digits}`;
  }
  return text;
}

function slotText(slot: SlotRecord): string {
  const { content, unprovenEdit } = slot;
  const stored =
    content.kind === "occupied" ? `${content.mark}${content.userStatus}` : content.kind;
  const edit = unprovenEdit ?? null;
  const doubt =
    edit === null ? "" : `${edit.told}${edit.isEcho}${edit.before}${edit.marks.join("+")}`;
  const state = `${slot.holder},${slot.confidence},${slot.mayDiffer},${slot.localEdit}`;
  const revisions = `${slot.appliedRevision},${slot.attemptedRevision},${slot.parkedRevision}`;
  const tries = `${slot.refusals},${slot.retryAtMs},${slot.overdueToldAtMs}`;
  const heard = `${slot.verifiedAtMs},${slot.lastEventSeq},${slot.toldAtMs},${slot.echoes}`;
  const times = `${slot.writtenAtMs},${slot.setAtMs},${slot.clearedAtMs}`;
  const written = `${times},${slot.lastWrite},${slot.sentMark}`;
  return `slot,${stored},${doubt},${state},${revisions},${tries},${heard},${written}`;
}

function flightText({ step, asked, answer, ...seen }: Flight): string {
  const { operation, slot } = step;
  const { isAmbiguous, isSeen, isDisturbed } = seen;
  const said = answer?.kind === "read" ? JSON.stringify(answer.content) : JSON.stringify(answer);
  const status = "userStatus" in operation ? operation.userStatus : "";
  const { sent, askedSeq } = asked;
  const question = `${operation.name},${status},${sent.revision},${sent.mark},${askedSeq}`;
  return `flight,${question},${said},${isAmbiguous},${isSeen},${isDisturbed},${slotText(slot)}`;
}
