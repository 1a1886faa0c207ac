import type { Command, ResourcePath } from "../../commands/command.ts";

/** One resource under `/api`: a command behind a path and a method of its own. */
export interface Resource extends ResourcePath {
  /** Name of the command. */
  readonly command: string;
}

/** Returns the gateway's own resources: the same commands, with the same fields and scopes. */
export function resourcesOf(commands: readonly Command[]): readonly Resource[] {
  return commands.flatMap(({ name, resources = [] }) =>
    resources.map((resource) => ({ ...resource, command: name })),
  );
}
