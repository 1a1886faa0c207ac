import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SlotRecord } from "../../../../../daemon/core/model/slot.ts";
import { lockKinds } from "../../../../support/one-slot/commands.ts";
import { walkThrough } from "../../../../support/one-slot/walk.ts";
import { type Core, trueCore } from "../../../../support/one-slot/world.ts";

/** Faults of the core. Some sequence of steps must show each of them. */
const mutations: readonly (readonly [string, Core])[] = [
  [
    "takes every answer for new, whenever it arrives",
    {
      ...trueCore,
      applyOutcome: ({ askedSeq: _, ...input }) => trueCore.applyOutcome(input),
    },
  ],
  [
    "takes every reported edit for a fact",
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
          for (const kind of lockKinds) walkThrough(kind, core, 4);
        },
        { code: "ERR_ASSERTION", message: /: / },
      );
    });
  }

  for (const kind of lockKinds) {
    it(`is never more than the lock holds, in every sequence of six steps, if the lock ${kind.name}`, (test) => {
      const states = walkThrough(kind);
      test.diagnostic(`${states} different states`);
      // A walk that ends early proves little.
      assert.ok(states > 20_000, `only ${states} states were reached`);
    });
  }
});
