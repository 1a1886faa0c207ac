import assert from "node:assert/strict";
import { echoWindowMs } from "../../../daemon/core/evidence/event-sequence.ts";
import { type CommandName, commandNames, commands, emptyWorld } from "./commands.ts";
import { WorldKeys } from "./key.ts";
import type { LockKind } from "./lock.ts";
import { tenant } from "./tenant.ts";
import { assertNeverFalls, assertTrue, type Path, written } from "./truth.ts";
import { type Core, person, Steps, trueCore, type World, wished } from "./world.ts";

/*
 * A walk goes through every sequence of up to `depth` steps. After each of them the world is left alone: messages
 * arrive, and the gateway works until it has nothing to do. A state that another sequence has reached before is not
 * walked from again, and all commands share what leads to rest before a command.
 */

const waitMs = echoWindowMs + 5_000;
const depth = 6;
/** Limit of operations until the gateway rests: a refusing lock may need a few more than one. */
const operationLimit = 40;

interface Reached {
  readonly world: World;
  readonly path: Path | null;
  /** The command of this walk, if there was one: no other command follows it. */
  readonly command: CommandName | null;
  readonly key: string;
}

/** A step that may come next, with its world, and the command if it is one. */
type Next = readonly [name: string, world: World | null, command?: CommandName];

/** One walk with one core. */
class Walk {
  readonly #steps: Steps;
  readonly #keys = new WorldKeys();
  /** By the command of the walk. */
  readonly #seen = new Map<CommandName | null, Set<string>>(
    [null, ...commandNames].map((given) => [given, new Set()]),
  );
  readonly #fine = new Set<string>();

  constructor(core: Core) {
    this.#steps = new Steps(core);
  }

  /**
   * Walks through every sequence of at most `length` steps, the short ones first.
   * @returns the number of states that were reached
   * @throws AssertionError with the steps that led to a fault
   */
  through(beginnings: readonly World[], length: number): number {
    let reached: Reached[] = [];
    for (const world of beginnings) {
      this.#arrive({ world, path: null, command: null, key: this.#keys.of(world) }, reached);
    }
    for (let left = length; left > 0; left -= 1) {
      // The states after the last step are not kept.
      const next: Reached[] | null = left > 1 ? [] : null;
      for (const from of reached) this.#continue(from, next);
      reached = next ?? [];
    }
    return [...this.#seen.values()].reduce((states, { size }) => states + size, 0);
  }

  #continue({ world, path, command: given }: Reached, reached: Reached[] | null): void {
    for (const [name, next, command = given] of this.#nextOf(world, given)) {
      if (next === null) continue;
      const longer = { name, before: path };
      assertNeverFalls(world, next, longer);
      const key = this.#keys.of(next);
      this.#arrive({ world: next, path: longer, command, key }, reached);
    }
  }

  #arrive(arrived: Reached, reached: Reached[] | null): void {
    const { key, command } = arrived;
    const seen = this.#seen.get(command);
    if (seen === undefined || seen.has(key)) return;
    seen.add(key);
    this.#leaveToItself(arrived);
    reached?.push(arrived);
  }

  #nextOf(world: World, given: CommandName | null): readonly Next[] {
    const steps = this.#steps;
    const { sent, lost } = steps.sendings(world);
    // A lock reports an edit within the echo window, or the event is lost.
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
      const read = this.#rest(this.#steps.look(rested), null, path);
      assert.ok(read !== null);
      assertTrue({ ...read, hasLost: false }, path, rested.hasLost);
    }
    for (const key of seen) this.#fine.add(key);
  }

  /** Lets the gateway work until it has nothing to do. Returns null if an earlier walk did the same. */
  #rest(from: World, seen: string[] | null, path: Path | null): World | null {
    const steps = this.#steps;
    let at = steps.answer(from) ?? steps.timeout(from) ?? from;
    for (let count = 0; count < operationLimit; ) {
      if (seen !== null && at !== from) {
        const key = this.#keys.of(at);
        if (this.#fine.has(key)) return null;
        seen.push(key);
      }
      const received = steps.hear(at);
      if (received !== null) {
        at = received;
        continue;
      }
      const { world, step, wakeAtMs } = steps.planned(at);
      if (step === null) {
        if (wakeAtMs === null) return world;
        at = { ...world, nowMs: Math.max(world.nowMs, wakeAtMs) };
        // A late revocation is reported every hour.
        if (wakeAtMs - world.nowMs > 1_000_000) return world;
      } else at = steps.performed(world, step);
      count += 1;
    }
    return assert.fail(`${written(path)}: the gateway does not come to rest`);
  }
}

/** Returns the world before the code is in the lock, and after it was confirmed long ago. */
function beginnings(kind: LockKind): readonly World[] {
  const steps = new Steps(trueCore);
  const wanted = wished(emptyWorld(kind), [tenant(1, "1111")]);
  let inForce = wanted;
  for (let count = 0; count < 30; count += 1) {
    inForce = steps.hear(inForce) ?? steps.exchange(inForce) ?? inForce;
  }
  assert.equal(inForce.stored?.mark, "1111");
  return [wanted, { ...inForce, nowMs: inForce.nowMs + waitMs }];
}

/**
 * Walks through every sequence of steps on a lock of this kind.
 * @returns the number of states that were reached
 * @throws AssertionError with the steps that led to a fault
 */
export function walkThrough(kind: LockKind, core: Core = trueCore, length = depth): number {
  return new Walk(core).through(beginnings(kind), length);
}
