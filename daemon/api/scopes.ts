import type { Access, Caller } from "../commands/caller.ts";
import type { Command } from "../commands/command.ts";

/**
 * Accesses that each scope may call. V1.6: a manager may call everything, a steward some of it. latchd adds
 * installers and technicians.
 */
const reach: Readonly<Record<Caller["scope"], ReadonlySet<Access>>> = {
  manager: new Set<Access>(["open", "technician", "installer", "steward", "manager", "visit"]),
  steward: new Set<Access>(["open", "technician", "steward", "visit"]),
  installer: new Set<Access>(["open", "technician", "installer", "visit"]),
  technician: new Set<Access>(["open", "technician"]),
};

export function mayCall(scope: Caller["scope"], access: Access): boolean {
  return reach[scope].has(access);
}

/** Returns who may call a command, as text. */
export function whoMay({ access }: Pick<Command, "access">): string {
  switch (access) {
    case "open":
      return "anyone";
    case "technician":
      return "technician, installer, steward, manager";
    case "installer":
      return "installer, manager";
    case "steward":
      return "steward, manager";
    case "visit":
      return "installer, steward, manager";
    case "manager":
      return "manager";
  }
}
