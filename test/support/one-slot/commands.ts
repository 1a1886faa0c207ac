import { aView, someCapabilities } from "../records.ts";
import type { LockKind } from "./lock.ts";
import { tenant } from "./tenant.ts";
import { passwordOf, type World, wished } from "./world.ts";

/** The locks and the commands that the walks through one slot try. */

const readable: LockKind = {
  name: "shows its codes",
  shows: "digits",
  echoes: false,
  tellsDigits: true,
  tellsAll: true,
  refusesDuplicates: true,
};
export const lockKinds: readonly LockKind[] = [
  readable,
  {
    ...readable,
    name: "shows its codes and reports its own writes as edits",
    echoes: true,
    tellsAll: false,
  },
  { ...readable, name: "hides its codes", shows: "masked", tellsDigits: false },
  {
    ...readable,
    name: "hides its codes and reports its own writes as edits",
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

/** Replaces the tenant by the next one. */
const replaced: Command = (world) => {
  const first = passwordOf(world, 1);
  if (first === undefined || first.isDeleted) return null;
  const { revision, isFrozen } = first;
  const deleting = { operation: "delete", operationStage: "inProgress", failure: null } as const;
  return wished(world, [
    { ...first, ...deleting, isFrozen, isDeleted: true, revision: revision + 1 },
    tenant(2, "2222"),
  ]);
};

/** Changes the code. */
const changed: Command = (world) => {
  const first = passwordOf(world, 1);
  if (first === undefined || first.isDeleted || first.code?.mark !== "1111") return null;
  const { code, sealedFor } = tenant(1, "3333");
  const activity = { operation: "update", operationStage: "inProgress", failure: null } as const;
  return wished(world, [{ ...first, ...activity, code, sealedFor, revision: first.revision + 1 }]);
};

/** Freezes the code, and unfreezes it with the next command. */
const frozen: Command = (world) => {
  const first = passwordOf(world, 1);
  if (first === undefined || first.isDeleted || first.revision > 2) return null;
  const isFrozen = !first.isFrozen;
  const operation = isFrozen ? "freeze" : "unfreeze";
  const activity = { operation, operationStage: "inProgress", failure: null } as const;
  return wished(world, [{ ...first, ...activity, isFrozen, revision: first.revision + 1 }]);
};

export const commands = { replaced, changed, frozen } as const;
export type CommandName = keyof typeof commands;
export const commandNames = [
  "replaced",
  "changed",
  "frozen",
] as const satisfies readonly CommandName[];

/** Returns a lock with an empty slot, and a gateway that knows nothing of it. */
export function emptyWorld(kind: LockKind): World {
  const capabilities = someCapabilities({
    firstUserId: 1,
    lastUserId: 1,
    pinReadBack:
      kind.shows === "digits" ? "readable" : kind.shows === "masked" ? "masked" : "silent",
    userStatus: kind.shows === "nothing" ? "no" : "yes",
  });
  const view = aView({ lock: { capabilities, nextPasswordId: 10 } });
  const start = { view, stored: null, queue: [], flight: null, nowMs: 1_000_000 } as const;
  return { ...start, kind, hasLost: false, edits: 0, repeats: 0 };
}
