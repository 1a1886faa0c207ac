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
  tellsAll: true,
  refusesDuplicates: true,
};
const kinds: readonly LockKind[] = [
  readable,
  {
    ...readable,
    name: "shows its codes and tells its own writes as edits",
    echoes: true,
    tellsAll: false,
  },
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

interface Reached {
  readonly world: World;
  readonly path: readonly string[];
}

class Walk {
  readonly #steps: Steps;
  readonly #command: Command;
  readonly #seen = new Set<string>();
  readonly #fine = new Set<string>();

  constructor(core: Core, command: Command) {
    this.#steps = new Steps(core);
    this.#command = command;
  }

  /**
   * Walks through every order of at most `length` steps, the short ones first.
   * @returns the number of states that were reached
   * @throws AssertionError with the steps that led to a fault
   */
  through(beginnings: readonly World[], length: number): number {
    let reached = beginnings.flatMap((world) => this.#arrived({ world, path: [] }));
    for (let count = 0; count < length; count += 1) {
      reached = reached.flatMap(({ world, path }) =>
        [...this.#nextOf(world)].flatMap(([name, next]) => {
          if (next === null) return [];
          const longer = [...path, name];
          assertNeverFalls(world, next, longer);
          return this.#arrived({ world: next, path: longer });
        }),
      );
    }
    return this.#seen.size;
  }

  #arrived(reached: Reached): readonly Reached[] {
    const key = keyOf(reached.world);
    if (this.#seen.has(key)) return [];
    this.#seen.add(key);
    this.#leftToItself(reached.world, reached.path);
    return [reached];
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
    yield ["a person clears", person.erase(world)];
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

/** Everything that decides what can come next, and nothing else. */
function keyOf({ view, queue, held, flight, nowMs, hasLost, edits, repeats }: World): string {
  const { lock, passwords, slots } = view;
  const people = passwords.map(
    ({ id, revision, isDeleted, isFrozen, code, operationStage, failure, userId }) =>
      [id, revision, isDeleted, isFrozen, code?.mark, operationStage, failure, userId].join(),
  );
  const events = queue.map(({ source, code, pinCode }) => {
    const digits = pinCode === null || pinCode === "masked" ? pinCode : pinCode.reveal();
    return [source, code, digits].join();
  });
  const { slotEventSeq, capabilities } = lock;
  const { userStatus, pinReadBack } = capabilities;
  const truth = [held?.mark, held?.isEnabled, held?.by, hasLost, edits, repeats].join();
  const known = [slotEventSeq, userStatus, pinReadBack, lock.nextPasswordId, nowMs].join();
  const slot = slots.get(1);
  return [
    people.join(";"),
    events.join(";"),
    truth,
    known,
    slot === undefined ? "" : slotKey(slot),
    flight === null ? "" : flightKey(flight),
  ].join("|");
}

function slotKey(slot: SlotRecord): string {
  const { content, unprovenEdit } = slot;
  const held = content.kind === "occupied" ? `${content.mark}${content.userStatus}` : content.kind;
  const edit = unprovenEdit ?? null;
  const doubt =
    edit === null ? "" : `${edit.told}${edit.isEcho}${edit.before}${edit.marks.join("+")}`;
  return [
    held,
    doubt,
    slot.holder,
    slot.confidence,
    slot.mayDiffer,
    slot.localEdit,
    slot.appliedRevision,
    slot.attemptedRevision,
    slot.refusals,
    slot.parkedRevision,
    slot.retryAtMs,
    slot.overdueToldAtMs,
    slot.verifiedAtMs,
    slot.lastEventSeq,
    slot.toldAtMs,
    slot.writtenAtMs,
    slot.setAtMs,
    slot.clearedAtMs,
    slot.lastWrite,
    slot.sentMark,
    slot.echoes,
  ].join();
}

function flightKey({ step, asked, answer, ...seen }: NonNullable<World["flight"]>): string {
  const { operation, slot } = step;
  const { isAmbiguous, isSeen, isDisturbed } = seen;
  const said = answer?.kind === "read" ? JSON.stringify(answer.content) : JSON.stringify(answer);
  const flags = [isAmbiguous, isSeen, isDisturbed].join();
  const status = "userStatus" in operation ? operation.userStatus : "";
  const { sent, askedSeq } = asked;
  return [
    operation.name,
    status,
    slotKey(slot),
    sent.revision,
    sent.mark,
    askedSeq,
    said,
    flags,
  ].join();
}

/** What the gateway says of the slot, against what the lock holds. */
function assertTrue(world: World, path: readonly string[], hadLost = false): void {
  const fault = faultOf(world, hadLost);
  if (fault === null) return;
  const { held, view } = world;
  const known = { held, slot: view.slots.get(1), passwords: view.passwords };
  assert.fail(`${fault}: ${path.join(", ") || "at once"}: ${JSON.stringify(known)}`);
}

/** @returns null when there is none */
function faultOf(world: World, hadLost: boolean): string | null {
  const { held, view, kind } = world;
  const slot = view.slots.get(1);
  const isOpening = held?.isEnabled === true;
  const known = slot === undefined ? null : faultOfSlot(world, slot, hadLost);
  if (known !== null) return known;
  // A code that replaced another one without a word is hidden from every read.
  const isHidden = hadLost && kind.shows !== "digits";
  const wanting = view.passwords.filter(({ isDeleted, isFrozen }) => !isDeleted && !isFrozen);
  const isWanted = wanting.some(({ code }) => code?.mark === held?.mark);
  if (isOpening && held.by === "gateway" && !isHidden && !isWanted) {
    return "a code of ours that nobody wants opens";
  }
  for (const { code, operationStage, userId } of wanting) {
    if (code === null || hadLost) continue;
    const opens = isOpening && held.mark === code.mark;
    if (operationStage === "failed" && opens) return "a failed code opens";
    const isClaimed = operationStage === "done" && userId === 1 && slot?.confidence === "confirmed";
    if (isClaimed && !opens) return "a code that is told as done does not open";
  }
  return null;
}

function faultOfSlot(
  { held, kind }: World,
  { content, confidence }: SlotRecord,
  hadLost: boolean,
): string | null {
  if (kind.shows === "nothing" && hadLost) return null;
  const isConfirmed = confidence === "confirmed";
  switch (content.kind) {
    case "unknown":
      return kind.shows === "nothing" ? null : "what can be read is left unknown";
    case "empty":
      if (held?.isEnabled === true) return "'empty' for what opens";
      return isConfirmed && held !== null ? "'empty, confirmed' for what is occupied" : null;
    case "occupied": {
      if (!isConfirmed) return null;
      if (held === null) return "'occupied, confirmed' for what is empty";
      if ((content.userStatus === "occupiedEnabled") !== held.isEnabled) {
        return "another status was confirmed";
      }
      const isHidden = hadLost && kind.shows !== "digits";
      const isOther = content.mark !== null && content.mark !== held.mark;
      return isOther && !isHidden ? "another code was confirmed" : null;
    }
  }
}

function assertNeverFalls(before: World, after: World, path: readonly string[]): void {
  const was = before.view.slots.get(1);
  const is = after.view.slots.get(1);
  if (was === undefined || is === undefined || was.holder !== is.holder) return;
  if (is.appliedRevision >= was.appliedRevision) return;
  assert.fail(`the applied revision falls: ${path.join(", ")}`);
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

function walkThrough(kind: LockKind, core: Core = trueCore, length = depth): number {
  const walks = Object.values(commands).map((command) => new Walk(core, command));
  return walks.reduce((states, walk) => states + walk.through(beginnings(kind), length), 0);
}

/** Faults of the core, each of which some order of steps has to bring to light. */
const mutations: readonly (readonly [string, Core])[] = [
  [
    "takes an answer for new whenever it arrives",
    {
      ...trueCore,
      applyOutcome: ({ askedSeq: _, ...input }) => trueCore.applyOutcome(input),
    },
  ],
  [
    "takes every edit that is told for a fact",
    {
      ...trueCore,
      reduce: (input) => {
        const slots = [...input.view.slots.values()].map((slot): [number, SlotRecord] => {
          const { writtenAtMs: _, toldAtMs: __, ...old } = slot;
          return [slot.userId, { ...old, mayDiffer: false }];
        });
        return trueCore.reduce({ ...input, view: { ...input.view, slots: new Map(slots) } });
      },
    },
  ],
  [
    "takes every edit soon after a write for an echo",
    {
      ...trueCore,
      reduce: (input) => {
        const slot = input.view.slots.get(1);
        const isSoon = slot?.writtenAtMs === input.time.nowMs;
        return isSoon ? {} : trueCore.reduce(input);
      },
    },
  ],
  [
    "forgets what may have been sent",
    { ...trueCore, markedFor: (slot) => ({ ...slot, mayDiffer: false }) },
  ],
  [
    "takes an unknown slot for empty",
    {
      ...trueCore,
      plan: (input) => {
        const slots = [...input.view.slots].map(([id, slot]): [number, SlotRecord] => [
          id,
          slot.content.kind === "unknown" ? { ...slot, content: { kind: "empty" } } : slot,
        ]);
        return trueCore.plan({ ...input, view: { ...input.view, slots: new Map(slots) } });
      },
    },
  ],
];

describe("what the gateway knows of a slot", () => {
  for (const [name, core] of mutations) {
    it(`is found to be wrong if the core ${name}`, () => {
      assert.throws(
        () => {
          for (const kind of kinds) walkThrough(kind, core, 4);
        },
        { code: "ERR_ASSERTION", message: /: / },
      );
    });
  }

  for (const kind of kinds) {
    it(`is never more than the lock holds, in every order of six steps, if the lock ${kind.name}`, () => {
      assert.ok(walkThrough(kind) > 1_000);
    });
  }
});
