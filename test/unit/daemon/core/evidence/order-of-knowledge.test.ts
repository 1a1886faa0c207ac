import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { echoWindowMs } from "../../../../../daemon/core/evidence/event-sequence.ts";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { WorldKeys } from "../../../../support/one-slot/key.ts";
import type { LockKind } from "../../../../support/one-slot/lock.ts";
import {
  type Core,
  passwordOf,
  person,
  Steps,
  tenant,
  trueCore,
  type World,
  wished,
} from "../../../../support/one-slot/world.ts";
import { aView, someCapabilities } from "../../../../support/records.ts";

/*
 * Every order of up to `depth` steps is walked through, and after each of them the world is left to itself:
 * what is on its way arrives, and the gateway works until it has nothing to do. States that were reached on
 * another way are not walked through twice, and what leads to rest before a command is common to all commands.
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
type CommandName = keyof typeof commands;
const commandNames = ["replaced", "changed", "frozen"] as const satisfies readonly CommandName[];

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
  readonly path: Path | null;
  /** The command that was given; from there on no other one comes. */
  readonly given: CommandName | null;
  readonly key: string;
}

/** The newest step and those before it, which many ways share. */
interface Path {
  readonly name: string;
  readonly before: Path | null;
}

function written(path: Path | null): string {
  const names: string[] = [];
  for (let at = path; at !== null; at = at.before) names.unshift(at.name);
  return names.join(", ") || "at once";
}

/** A step that may come next, with its world, and the command if it is one. */
type Next = readonly [name: string, world: World | null, command?: CommandName];

class Walk {
  readonly #steps: Steps;
  readonly #keys = new WorldKeys();
  /** By the command that was given. */
  readonly #seen = new Map<CommandName | null, Set<string>>(
    [null, ...commandNames].map((given) => [given, new Set()]),
  );
  readonly #fine = new Set<string>();

  constructor(core: Core) {
    this.#steps = new Steps(core);
  }

  /**
   * Walks through every order of at most `length` steps, the short ones first.
   * @returns the number of states that were reached
   * @throws AssertionError with the steps that led to a fault
   */
  through(beginnings: readonly World[], length: number): number {
    let reached: Reached[] = [];
    for (const world of beginnings) {
      this.#arrive({ world, path: null, given: null, key: this.#keys.of(world) }, reached);
    }
    for (let left = length; left > 0; left -= 1) {
      // From the last states nobody goes on.
      const next: Reached[] | null = left > 1 ? [] : null;
      for (const from of reached) this.#goOn(from, next);
      reached = next ?? [];
    }
    return [...this.#seen.values()].reduce((states, { size }) => states + size, 0);
  }

  #goOn({ world, path, given }: Reached, reached: Reached[] | null): void {
    for (const [name, next, command = given] of this.#nextOf(world, given)) {
      if (next === null) continue;
      const longer = { name, before: path };
      assertNeverFalls(world, next, longer);
      const key = this.#keys.of(next);
      this.#arrive({ world: next, path: longer, given: command, key }, reached);
    }
  }

  #arrive(arrived: Reached, reached: Reached[] | null): void {
    const { key, given } = arrived;
    const seen = this.#seen.get(given);
    if (seen === undefined || seen.has(key)) return;
    seen.add(key);
    this.#leaveToItself(arrived);
    reached?.push(arrived);
  }

  #nextOf(world: World, given: CommandName | null): readonly Next[] {
    const steps = this.#steps;
    const { sent, lost } = steps.sendings(world);
    // What a lock has to tell it tells within the window, or it is lost.
    const isQuiet = world.flight === null && world.queue.length === 0;
    const names = given === null ? commandNames : [given];
    return [
      ["exchange", sent === null ? null : (steps.answer(sent) ?? sent)],
      ["send", sent],
      ["send into the void", lost],
      ["answer", steps.answer(world)],
      ["timeout", steps.timeout(world)],
      ["kill", steps.kill(world)],
      ["hear", steps.hear(world)],
      ["hear, and again later", steps.hearAndKeep(world)],
      ["lose an event", steps.lose(world)],
      ["a person clears", person.erase(world)],
      ["a person sets a code", person.edit(world)],
      ...names.map((name): Next => [name, commands[name](world), name]),
      ["wait", isQuiet ? { ...world, nowMs: world.nowMs + waitMs } : null],
    ];
  }

  #leaveToItself({ world, path, key }: Reached): void {
    if (this.#fine.has(key)) return;
    const seen = [key];
    const rested = this.#rest(world, seen, path);
    if (rested !== null) {
      if (!rested.hasLost) assertTrue(rested, path);
      const looked = this.#rest(this.#steps.look(rested), null, path);
      assert.ok(looked !== null);
      assertTrue({ ...looked, hasLost: false }, path, rested.hasLost);
    }
    for (const key of seen) this.#fine.add(key);
  }

  /** Until there is nothing to do. @returns null when that was walked through before */
  #rest(from: World, seen: string[] | null, path: Path | null): World | null {
    const steps = this.#steps;
    let at = steps.answer(from) ?? steps.timeout(from) ?? from;
    for (let count = 0; count < operationLimit; ) {
      if (seen !== null && at !== from) {
        const key = this.#keys.of(at);
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
      } else at = steps.performed(world, step);
      count += 1;
    }
    return assert.fail(`${written(path)}: the gateway does not come to rest`);
  }
}

/** What the gateway says of the slot, against what the lock holds. */
function assertTrue(world: World, path: Path | null, hadLost = false): void {
  const fault = faultOf(world, hadLost);
  if (fault === null) return;
  const { held, view } = world;
  const known = { held, slot: view.slots.get(1), passwords: view.passwords };
  assert.fail(`${fault}: ${written(path)}: ${JSON.stringify(known)}`);
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

function assertNeverFalls(before: World, after: World, path: Path): void {
  const was = before.view.slots.get(1);
  const is = after.view.slots.get(1);
  if (was === undefined || is === undefined || was.holder !== is.holder) return;
  if (is.appliedRevision >= was.appliedRevision) return;
  assert.fail(`the applied revision falls: ${written(path)}`);
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
  return new Walk(core).through(beginnings(kind), length);
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
    { ...trueCore, writeAheadMark: (slot) => ({ ...slot, mayDiffer: false }) },
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
    it(`is never more than the lock holds, in every order of six steps, if the lock ${kind.name}`, (test) => {
      const states = walkThrough(kind);
      test.diagnostic(`${states} different states`);
      // The walk would be worth little if it came to a stop early.
      assert.ok(states > 20_000, `only ${states} states were reached`);
    });
  }
});
