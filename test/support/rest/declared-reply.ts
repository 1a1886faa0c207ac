import assert from "node:assert/strict";
import type { TSchema } from "typebox";
import { Check } from "typebox/value";
import { schemaInfo } from "../../../daemon/base/schema-info.ts";
import type { Command } from "../../../daemon/commands/command.ts";
import { CommandDispatcher, type DispatcherPorts } from "../../../daemon/commands/dispatch.ts";
import type { CommandReply, CommandRequest } from "../../../daemon/commands/execution.ts";

/** The real dispatcher, every answer of which is compared with its command's description. */
export class CheckedDispatcher extends CommandDispatcher {
  readonly #commands: ReadonlyMap<string, Command>;

  constructor(ports: DispatcherPorts) {
    super(ports);
    this.#commands = new Map(ports.commands.map((command) => [command.name, command]));
  }

  override async execute(request: CommandRequest): Promise<CommandReply> {
    const reply = await super.execute(request);
    const command = this.#commands.get(request.command);
    if (command !== undefined) assertDeclared(command, reply);
    return reply;
  }
}

/** Fails when a successful reply is not what the command's output says, or says more. */
function assertDeclared(command: Command, reply: CommandReply): void {
  const { ErrNo, ErrMsg, ...fields } = reply;
  if (ErrNo !== 0) return;
  assert.equal(ErrMsg, "");
  assert.deepEqual(
    undeclared(command.output, fields, ""),
    [],
    `${command.name} answers what its output does not say`,
  );
  assert.ok(
    Check(command.output, fields),
    `${command.name} answers not as its output says: ${JSON.stringify(fields)}`,
  );
}

/** Paths of fields that no schema names. */
export function undeclared(schema: TSchema, value: unknown, path: string): readonly string[] {
  const { anyOf, items, properties } = schemaInfo(schema);
  if (anyOf.length > 0) {
    const found = anyOf.map((member) =>
      Check(member, value) ? undeclared(member, value, path) : null,
    );
    const fitting = found.filter((paths) => paths !== null);
    return fitting.sort((left, right) => left.length - right.length)[0] ?? [];
  }
  if (Array.isArray(value)) {
    return items === undefined
      ? []
      : [...new Set(value.flatMap((item) => undeclared(items, item, `${path}[]`)))];
  }
  if (typeof value !== "object" || value === null || isOpen(schema)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = properties.get(name);
    return known === undefined ? [`${path}.${name}`] : undeclared(known, inner, `${path}.${name}`);
  });
}

/** Anything at all, or a map of names to values. */
function isOpen(schema: TSchema): boolean {
  return !("type" in schema) || "patternProperties" in schema || "additionalProperties" in schema;
}
