import assert from "node:assert/strict";
import { reduce } from "../../../daemon/core/event/reduce.ts";
import { eventSeqOf } from "../../../daemon/core/evidence/event-sequence.ts";
import {
  isAmbiguous,
  provesOperation,
} from "../../../daemon/core/evidence/programming-evidence.ts";
import type { Effects, LockView } from "../../../daemon/core/model/lock.ts";
import type { PasswordRecord } from "../../../daemon/core/model/password.ts";
import type { SlotRecord } from "../../../daemon/core/model/slot.ts";
import { applyOutcome } from "../../../daemon/core/outcome/outcome.ts";
import type { OutcomeInput, SlotOutcome } from "../../../daemon/core/outcome/outcome-input.ts";
import { plan, type Step } from "../../../daemon/core/plan/plan.ts";
import { readOperation } from "../../../daemon/core/plan/plan-work.ts";
import { slotOf } from "../../../daemon/core/plan/slot-of.ts";
import { writeAheadMark } from "../../../daemon/core/plan/write-ahead-mark.ts";
import { aCode } from "../records.ts";
import {
  acted,
  type LockKind,
  type Programming,
  reported,
  type StoredCode,
  userId,
} from "./lock.ts";

/** A lock of one slot, its gateway's records, and what is on its way between the two. Never changed: every step makes a new one. */
export interface World {
  readonly kind: LockKind;
  readonly view: LockView;
  readonly stored: StoredCode | null;
  /** Events that the lock has sent and the gateway has not heard, oldest first. */
  readonly queue: readonly Programming[];
  readonly flight: Flight | null;
  readonly nowMs: number;
  /** An event was lost: only a later read can find the change. */
  readonly hasLost: boolean;
  /** How often a person gave the slot a code. */
  readonly edits: number;
  readonly repeats: number;
}

interface Flight {
  readonly step: Extract<Step, { kind: "perform" }>;
  readonly asked: Pick<OutcomeInput, "sent"> & { readonly askedSeq: number };
  /** null = the frame is lost on its way to the lock. */
  readonly answer: SlotOutcome | null;
  readonly isAmbiguous: boolean;
  readonly isSeen: boolean;
  readonly isDisturbed: boolean;
}

/** What the gateway does with the parts of the core; a test puts a fault into one of them. */
export interface Core {
  readonly reduce: typeof reduce;
  readonly applyOutcome: typeof applyOutcome;
  readonly writeAheadMark: typeof writeAheadMark;
  readonly plan: typeof plan;
}

export const trueCore: Core = { reduce, applyOutcome, writeAheadMark, plan };

export function withEffects(world: World, effects: Effects): World {
  const { view } = world;
  return {
    ...world,
    view: {
      lock: effects.lock ?? view.lock,
      passwords: passwordsAfter(view.passwords, effects),
      slots: slotsAfter(view.slots, effects),
    },
  };
}

/** Returns the same array if nothing changes, so that worlds share what they have in common. */
function passwordsAfter(
  before: readonly PasswordRecord[],
  { passwords, removedPasswords }: Effects,
): readonly PasswordRecord[] {
  if (passwords === undefined && removedPasswords === undefined) return before;
  const after = new Map(before.map((password) => [password.id, password]));
  for (const password of passwords ?? []) after.set(password.id, password);
  for (const id of removedPasswords ?? []) after.delete(id);
  return [...after.values()];
}

function slotsAfter(before: LockView["slots"], { slots }: Effects): LockView["slots"] {
  if (slots === undefined || slots.length === 0) return before;
  const after = new Map(before);
  for (const slot of slots) after.set(slot.userId, slot);
  return after;
}

/** The steps that may come in any order. Each returns null when it cannot happen now. */
export class Steps {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /**
   * The gateway writes its due records and sends its next operation, if there is one. The frame reaches the
   * lock, or it is lost.
   */
  sendings(world: World): { readonly sent: World | null; readonly lost: World | null } {
    if (world.flight !== null) return { sent: null, lost: null };
    const { world: ready, step } = this.planned(world);
    if (step === null) {
      const recorded = ready === world ? null : ready;
      return { sent: recorded, lost: recorded };
    }
    return { sent: this.#sent(ready, step, false), lost: this.#sent(ready, step, true) };
  }

  /** Sends the next operation and hears its answer, with nothing in between. */
  exchange(world: World): World | null {
    const { sent } = this.sendings(world);
    return sent === null ? null : (this.answer(sent) ?? sent);
  }

  /** Sends an operation that was planned and hears its answer, with nothing in between. */
  performed(world: World, step: Flight["step"]): World {
    const sent = this.#sent(world, step, false);
    return this.answer(sent) ?? sent;
  }

  /** Reads the slot although no operation needs the result. */
  look(world: World): World {
    const slot = slotOf(world.view, userId);
    const operation = readOperation(world.view, userId);
    return this.performed(world, { kind: "perform", operation, slot, passwordId: slot.holder });
  }

  /** The next operation, all records before it taken. */
  planned(world: World): { world: World; step: Flight["step"] | null; wakeAtMs: number | null } {
    let at = world;
    for (let round = 0; round < 30; round += 1) {
      const { view, nowMs } = at;
      const time = { nowMs, state: "synced" } as const;
      const step = this.#core.plan({ view, time, blockedUntilMs: null });
      switch (step.kind) {
        case "record":
          at = withEffects(at, step.effects);
          break;
        case "perform":
          return { world: at, step, wakeAtMs: null };
        case "idle":
          return { world: at, step: null, wakeAtMs: step.wakeAtMs };
        case "enforce":
        case "clock":
          assert.fail("this lock has neither schedules nor a clock");
      }
    }
    return assert.fail("planning goes in circles");
  }

  #sent(world: World, step: Flight["step"], isLost: boolean): World {
    const { slot, operation } = step;
    const holder = world.view.passwords.find(({ id }) => id === slot.holder) ?? null;
    const sent = { revision: holder?.revision ?? 0, mark: holder?.code?.mark ?? null };
    const asked = { sent, askedSeq: eventSeqOf(world.view.lock) };
    const marked = this.#core.writeAheadMark(slot, operation, sent, world.nowMs);
    const ready = marked === null ? world : withEffects(world, { slots: [marked] });
    const doubt = isAmbiguous(slot, operation, { revision: sent.revision, atMs: world.nowMs });
    const flight = { step, asked, isAmbiguous: doubt, isSeen: false, isDisturbed: false };
    if (isLost) return { ...ready, flight: { ...flight, answer: null } };
    const { stored, reported, answer } = acted(world.kind, world.stored, operation, sent.mark);
    return {
      ...ready,
      stored,
      queue: [...ready.queue, ...reported],
      flight: { ...flight, answer },
    };
  }

  answer(world: World): World | null {
    const answer = world.flight?.answer ?? null;
    return answer === null ? null : this.#ended(world, answer);
  }

  timeout(world: World): World | null {
    return world.flight === null
      ? null
      : this.#ended(world, { kind: "unreachable", wasSent: true });
  }

  #ended(world: World, heard: SlotOutcome): World {
    const { flight, view, nowMs } = world;
    assert.ok(flight !== null);
    const { step, asked, isSeen, isDisturbed } = flight;
    const isOpen = heard.kind === "done" || heard.kind === "unreachable";
    const outcome: SlotOutcome =
      isSeen && !isDisturbed && isOpen ? { kind: "done", isReportedByEvent: true } : heard;
    const slot = slotOf(view, userId);
    const effects = this.#core.applyOutcome({
      lock: view.lock,
      slot,
      holder: view.passwords.find(({ id }) => id === slot.holder) ?? null,
      ...asked,
      operation: step.operation,
      outcome,
      nowMs,
      planned: step.slot,
      view,
    });
    return withEffects({ ...world, flight: null }, effects);
  }

  /** The process is killed and begins again: what was under way is forgotten, what is stored is not. */
  kill(world: World): World | null {
    const slots = [...world.view.slots.values()].map(
      (slot): SlotRecord =>
        slot.mayDiffer ? { ...slot, content: { kind: "unknown" }, mayDiffer: false } : slot,
    );
    return withEffects({ ...world, flight: null }, { slots });
  }

  hear(world: World): World | null {
    const [event, ...queue] = world.queue;
    return event === undefined ? null : this.#heard({ ...world, queue }, event);
  }

  /** The lock repeats its oldest event later: it was not acknowledged. */
  hearAndKeep(world: World): World | null {
    const [event, ...queue] = world.queue;
    if (event === undefined || world.repeats > 0) return null;
    return this.#heard({ ...world, queue: [...queue, event], repeats: 1 }, event);
  }

  lose(world: World): World | null {
    const [event, ...queue] = world.queue;
    return event === undefined ? null : { ...world, queue, hasLost: true };
  }

  #heard(world: World, event: Programming): World {
    const { view, nowMs, flight } = world;
    const shown =
      event.pinCode !== null && event.pinCode !== "masked" ? event.pinCode.reveal() : null;
    const effects = this.#core.reduce({
      view,
      event,
      time: { nowMs, state: "synced" },
      code: shown === null ? null : aCode(shown),
      sealedFor: "password/told",
    });
    const after = withEffects(world, effects);
    if (flight === null) return after;
    const { step, asked } = flight;
    const isCertain = !flight.isAmbiguous || shown !== null;
    const isWitness = isCertain && provesOperation(event, step.operation, asked.sent.mark, shown);
    return {
      ...after,
      flight: {
        ...flight,
        isSeen: flight.isSeen || isWitness,
        isDisturbed: flight.isDisturbed || event.source !== "rf",
      },
    };
  }
}

/** A person at the keypad. */
export const person = {
  erase(world: World): World | null {
    if (world.stored === null) return null;
    const event = reported(world.kind, "keypad", "pinCodeDeleted", null);
    const from = world.kind.tellsAll ? "all" : userId;
    return { ...world, stored: null, queue: [...world.queue, { ...event, userId: from }] };
  },

  edit(world: World): World | null {
    const { stored, kind, edits } = world;
    if (edits > 1) return null;
    const mark = `900${edits}`;
    const event = reported(
      kind,
      "keypad",
      stored === null ? "pinCodeAdded" : "pinCodeChanged",
      mark,
    );
    return {
      ...world,
      stored: { mark, isEnabled: true, by: "person" },
      queue: [...world.queue, event],
      edits: edits + 1,
    };
  },
};

/** Returns the world after a command that changes these passwords. */
export function wished(world: World, passwords: readonly PasswordRecord[]): World {
  return withEffects(world, { passwords });
}

export function passwordOf(world: World, id: number): PasswordRecord | undefined {
  return world.view.passwords.find((password) => password.id === id);
}
