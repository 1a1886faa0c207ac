import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SlotRecord } from "../../daemon/core/slot.ts";
import { echoWindowMs } from "../../daemon/core/slot-order.ts";
import {
  type Core,
  type LockKind,
  passwordOf,
  person,
  Steps,
  tenant,
  trueCore,
  type World,
  wished,
} from "../support/one-slot-world.ts";
import { aView, someCapabilities } from "../support/records.ts";

/*
 * Every order of up to `depth` steps is walked through, and after each of them the world is left to itself:
 * what is on its way arrives, and the gateway works until it has nothing to do. States that were reached on
 * another way are not walked through twice.
 */

const waitMs = echoWindowMs + 5_000;
const depth = 6;
/** One operation may take a few more for what the lock refuses; more is work without end. */
const operationLimit = 40;

const readable: LockKind = {
  name: "shows its codes",
  shows: "digits",
  echoes: false,
  tellsDigits: true,
  refusesDuplicates: true,
};
const kinds: readonly LockKind[] = [
  readable,
  { ...readable, name: "shows its codes and tells its own writes as edits", echoes: true },
  { ...readable, name: "hides its codes", shows: "masked", tellsDigits: false },
  {
    ...readable,
    name: "hides its codes and tells its own writes as edits",
    shows: "masked",
    tellsDigits: false,
    echoes: true,
  },
  {
    ...readable,
    name: "shows only whether a slot is taken",
    shows: "status",
    tellsDigits: false,
    echoes: true,
    refusesDuplicates: false,
  },
  { ...readable, name: "shows nothing", shows: "nothing", tellsDigits: false, echoes: true },
];

type Command = (world: World) => World | null;

/** A tenant moves out and the next one moves in. */
const replaced: Command = (world) => {
  const first = passwordOf(world, 1);
  if (first === undefined || first.isDeleted) return null;
  const { revision, isFrozen } = first;
  const gone = { operation: "delete", operationStage: "inProgress", failure: null } as const;
  return wished(world, [
    { ...first, ...gone, isFrozen, isDeleted: true, revision: revision + 1 },
    tenant(2, "2222"),
  ]);
};

/** The code is changed. */
const changed: Command = (world) => {
  const first = passwordOf(world, 1);
  if (first === undefined || first.isDeleted || first.code?.mark !== "1111") return null;
  const { code, sealedFor } = tenant(1, "3333");
  const asked = { operation: "update", operationStage: "inProgress", failure: null } as const;
  return wished(world, [{ ...first, ...asked, code, sealedFor, revision: first.revision + 1 }]);
};

/** Frozen, and with the next command open again. */
const frozen: Command = (world) => {
  const first = passwordOf(world, 1);
  if (first === undefined || first.isDeleted || first.revision > 2) return null;
  const isFrozen = !first.isFrozen;
  const operation = isFrozen ? "freeze" : "unfreeze";
  const asked = { operation, operationStage: "inProgress", failure: null } as const;
  return wished(world, [{ ...first, ...asked, isFrozen, revision: first.revision + 1 }]);
};

const commands = { replaced, changed, frozen } as const;

function empty(kind: LockKind): World {
  const capabilities = someCapabilities({
    firstUserId: 1,
    lastUserId: 1,
    pinReadBack:
      kind.shows === "digits" ? "readable" : kind.shows === "masked" ? "masked" : "silent",
    userStatus: kind.shows === "nothing" ? "no" : "yes",
  });
  const view = aView({ lock: { capabilities, nextPasswordId: 10 } });
  const start = { view, held: null, queue: [], flight: null, nowMs: 1_000_000 } as const;
  return { ...start, kind, hasLost: false, edits: 0, repeats: 0 };
}

class Walk {
  readonly #steps: Steps;
  readonly #command: Command;
  readonly #seen = new Map<string, number>();
  readonly #fine = new Set<string>();
  states = 0;

  constructor(core: Core, command: Command) {
    this.#steps = new Steps(core);
    this.#command = command;
  }

  /** Walks through every order of steps from here. @throws AssertionError with the steps that led to a fault */
  from(world: World, left: number, path: readonly string[] = []): void {
    const key = keyOf(world);
    if ((this.#seen.get(key) ?? -1) >= left) return;
    if (!this.#seen.has(key)) {
      this.states += 1;
      this.#leftToItself(world, path);
    }
    this.#seen.set(key, left);
    if (left === 0) return;
    for (const [name, next] of this.#nextOf(world)) {
      if (next === null) continue;
      assertNeverFalls(world, next, [...path, name]);
      this.from(next, left - 1, [...path, name]);
    }
  }

  *#nextOf(world: World): Generator<readonly [string, World | null]> {
    const steps = this.#steps;
    yield ["exchange", world.flight === null ? steps.exchange(world) : null];
    yield ["send", steps.send(world, false)];
    yield ["send into the void", steps.send(world, true)];
    yield ["answer", steps.answer(world)];
    yield ["timeout", steps.timeout(world)];
    yield ["kill", steps.kill(world)];
    yield ["hear", steps.hear(world)];
    yield ["hear, and again later", steps.hearAndKeep(world)];
    yield ["lose an event", steps.lose(world)];
    yield ["a person clears the slot", person.erase(world)];
    yield ["a person clears all slots", person.erase(world, "all")];
    yield ["a person sets a code", person.edit(world)];
    yield ["command", this.#command(world)];
    // What a lock has to tell it tells within the window, or it is lost.
    const isQuiet = world.flight === null && world.queue.length === 0;
    yield ["wait", isQuiet ? { ...world, nowMs: world.nowMs + waitMs } : null];
  }

  #leftToItself(world: World, path: readonly string[]): void {
    const seen: string[] = [];
    const rested = this.#rest(world, seen, path);
    if (rested === null) return;
    if (!rested.hasLost) assertTrue(rested, path);
    const looked = this.#rest(this.#steps.look(rested), null, path);
    assert.ok(looked !== null);
    assertTrue({ ...looked, hasLost: false }, path, rested.hasLost);
    for (const key of seen) this.#fine.add(key);
  }

  /** Until there is nothing to do. @returns null when that was walked through before */
  #rest(from: World, seen: string[] | null, path: readonly string[]): World | null {
    const steps = this.#steps;
    let at = steps.answer(from) ?? steps.timeout(from) ?? from;
    for (let count = 0; count < operationLimit; ) {
      if (seen !== null) {
        const key = keyOf(at);
        if (this.#fine.has(key)) return null;
        seen.push(key);
      }
      const heard = steps.hear(at);
      if (heard !== null) {
        at = heard;
        continue;
      }
      const { world, step, wakeAtMs } = steps.planned(at);
      if (step === null) {
        if (wakeAtMs === null) return world;
        at = { ...world, nowMs: Math.max(world.nowMs, wakeAtMs) };
        // What is overdue is told every hour.
        if (wakeAtMs - world.nowMs > 1_000_000) return world;
      } else at = steps.exchange(world) ?? world;
      count += 1;
    }
    return assert.fail(`${path.join(", ")}: the gateway does not come to rest`);
  }
}

function keyOf({ view, kind: _, queue, ...rest }: World): string {
  const { lock, passwords, slots } = view;
  const events = queue.map(({ pinCode, ...event }) => [
    event.source,
    event.code,
    event.userId,
    pinCode === null || pinCode === "masked" ? pinCode : pinCode.reveal(),
  ]);
  const { slotEventSeq, missedOperations, capabilities, nextPasswordId } = lock;
  const { userStatus, pinReadBack } = capabilities;
  const known = [slotEventSeq, missedOperations > 0, userStatus, pinReadBack, nextPasswordId];
  return JSON.stringify([known, passwords, [...slots.values()], events, rest]);
}

/** What the gateway says of the slot, against what the lock holds. */
function assertTrue(world: World, path: readonly string[], hadLost = false): void {
  const { held, view, kind } = world;
  const slot = view.slots.get(1);
  const text = () => `${path.join(", ") || "at once"}: ${JSON.stringify({ held, slot, passwords: view.passwords })}`;
  const isOpening = held?.isEnabled === true;
  if (slot !== undefined) assertKnown(world, slot, { text, hadLost });
  const wanting = view.passwords.filter(({ isDeleted, isFrozen }) => !isDeleted && !isFrozen);
  if (isOpening && held.by === "gateway" && !(hadLost && kind.shows !== "digits")) {
    const isWanted = wanting.some(({ code }) => code?.mark === held.mark);
    assert.ok(isWanted, `a code of ours that nobody wants opens; ${text()}`);
  }
  for (const { code, operationStage, userId } of wanting) {
    if (code === null || hadLost) continue;
    const opens = isOpening && held.mark === code.mark;
    if (operationStage === "failed") assert.ok(!opens, `a failed code opens; ${text()}`);
    if (operationStage !== "done" || userId !== 1 || slot?.confidence !== "confirmed") continue;
    assert.ok(opens, `a code that is told as done does not open; ${text()}`);
  }
}

function assertKnown(
  { held, kind }: World,
  { content, confidence }: SlotRecord,
  { text, hadLost }: { readonly text: () => string; readonly hadLost: boolean },
): void {
  if (kind.shows !== "nothing") {
    assert.notEqual(content.kind, "unknown", `what can be read is left unknown; ${text()}`);
  } else if (hadLost) return;
  if (content.kind === "empty") {
    assert.ok(held?.isEnabled !== true, `'empty' for what opens; ${text()}`);
  }
  if (confidence !== "confirmed" || content.kind === "unknown") return;
  if (content.kind === "empty") {
    assert.equal(held, null, `'empty, confirmed' for what is occupied; ${text()}`);
    return;
  }
  assert.ok(held !== null, `'occupied, confirmed' for what is empty; ${text()}`);
  const isEnabled = content.userStatus === "occupiedEnabled";
  assert.equal(isEnabled, held.isEnabled, `another status was confirmed; ${text()}`);
  // A code that replaced another one without a word is hidden from every read.
  if (content.mark === null || (hadLost && kind.shows !== "digits")) return;
  assert.equal(content.mark, held.mark, `another code was confirmed; ${text()}`);
}

function assertNeverFalls(before: World, after: World, path: readonly string[]): void {
  const was = before.view.slots.get(1);
  const is = after.view.slots.get(1);
  if (was === undefined || is === undefined || was.holder !== is.holder) return;
  const text = `the applied revision falls: ${path.join(", ")}`;
  assert.ok(is.appliedRevision >= was.appliedRevision, text);
}

/** Before the code is in the lock, and after it was confirmed long ago. */
function beginnings(kind: LockKind): readonly World[] {
  const steps = new Steps(trueCore);
  const wanted = wished(empty(kind), [tenant(1, "1111")]);
  let inForce = wanted;
  for (let count = 0; count < 30; count += 1) {
    inForce = steps.hear(inForce) ?? steps.exchange(inForce) ?? inForce;
  }
  assert.equal(inForce.held?.mark, "1111");
  return [wanted, { ...inForce, nowMs: inForce.nowMs + waitMs }];
}

function walkThrough(kind: LockKind, core: Core = trueCore, deep = depth): number {
  let states = 0;
  for (const command of Object.values(commands)) {
    for (const world of beginnings(kind)) {
      const walk = new Walk(core, command);
      walk.from(world, deep);
      states += walk.states;
    }
  }
  return states;
}

describe("what the gateway knows of a slot", () => {
  for (const kind of kinds) {
    it(`is never more than the lock holds, in every order of six steps, if the lock ${kind.name}`, () => {
      assert.ok(walkThrough(kind) > 1_000);
    });
  }
});
