import { type Command as CommanderCommand, CommanderError, Option, program } from "commander";
import type { TSchema } from "typebox";
import type { Command, CommandReply } from "../commands/command.ts";
import { describeType, schemaWords } from "../commands/schema-words.ts";
import { readTextParams } from "../commands/text-params.ts";
import { GatewayError } from "../core/errors.ts";
import type { JsonObject } from "../core/journal.ts";
import { DaemonClient, DaemonUnreachable } from "./daemon-client.ts";
import { replyText } from "./reply-text.ts";

export const defaultSocket = "/run/latchd/latchd.sock";

/** Exit codes of latchctl; 69 is EX_UNAVAILABLE of sysexits. */
export const exitCodes = { ok: 0, refused: 1, usage: 2, unreachable: 69 } as const;

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The world of one run of latchctl. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Output to a person: tables instead of JSON. */
  readonly isInteractive: boolean;
  out(text: string): void;
  error(text: string): void;
  /** All of standard input, for `--json-params -`. */
  readInput(): Promise<string>;
}

interface Globals {
  readonly socket: string;
  readonly json: boolean;
}

/** Runs latchctl: `args` without the node binary and the script. @returns the exit code. */
export async function runProgram(
  commands: readonly Command[],
  args: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const root = buildProgram(commands, terminal, (code) => {
    exitCode = code;
  });
  try {
    await root.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    }
    if (error instanceof DaemonUnreachable) {
      terminal.error(`latchctl: the daemon cannot be reached: ${error.message}\n`);
      return exitCodes.unreachable;
    }
    if (error instanceof GatewayError) {
      terminal.error(`latchctl: ${error.message}\n`);
      return exitCodes.usage;
    }
    throw error;
  }
}

function buildProgram(
  commands: readonly Command[],
  terminal: Terminal,
  finish: (code: ExitCode) => void,
): CommanderCommand {
  const { LATCHD_SOCKET } = terminal.env;
  const root = program
    .createCommand("latchctl")
    .description("Speaks to the latchd daemon on this machine.")
    .option("--socket <path>", "the daemon's unix socket", LATCHD_SOCKET ?? defaultSocket)
    .option("--json", "print JSON, also on a terminal", false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
    });
  const globals = (): Globals => root.opts<{ socket: string; json: boolean }>();
  const client = (): DaemonClient => new DaemonClient(globals().socket);
  root
    .command("health")
    .description("Show how the daemon's parts are; exits with 1 when one is down")
    .action(async () => {
      const reply = await client().health();
      const { state } = reply;
      const code = printReply(reply, globals(), terminal);
      finish(state === "down" ? exitCodes.refused : code);
    });
  root
    .command("events")
    .description("Wait for the next live event, or watch them all")
    .option("--follow", "go on until interrupted", false)
    .action(async (options: { readonly follow: boolean }) => {
      for await (const event of client().events()) {
        terminal.out(`${event}\n`);
        if (!options.follow) {
          return;
        }
      }
    });
  for (const command of commands) {
    addCommand(root, command, {
      terminal,
      run: async (params) => {
        const reply = await client().command(command.name, params);
        finish(printReply(reply, globals(), terminal));
      },
    });
  }
  return root;
}

interface CommandRun {
  readonly terminal: Terminal;
  run(params: JsonObject): Promise<void>;
}

function addCommand(root: CommanderCommand, command: Command, how: CommandRun): void {
  const fields: (readonly [string, string])[] = [];
  const sub = root.command(command.name).description(command.summary);
  const hyphenated = command.name.replaceAll("_", "-");
  if (hyphenated !== command.name) {
    sub.alias(hyphenated);
  }
  for (const field of leaves(command.input, "", true)) {
    const words = schemaWords(field.schema);
    const type = describeType(field.schema);
    const isFlag = words.type === "boolean";
    const option = new Option(
      isFlag ? `--${field.name} [true|false]` : `--${field.name} <value>`,
      [words.description, `(${type}${field.isRequired ? ", required" : ""})`]
        .filter((part) => part !== undefined)
        .join(" "),
    ).argParser((text) => {
      fields.push([field.name, text]);
      return text;
    });
    sub.addOption(isFlag ? option.preset("true") : option);
  }
  sub.option("--json-params <json>", "all parameters as one JSON object; - reads it from stdin");
  sub.action(async (options: { readonly jsonParams?: string }) => {
    const whole = await readWhole(options.jsonParams, how.terminal);
    await how.run({ ...whole, ...readTextParams(command.input, fields) });
  });
}

interface Leaf {
  readonly name: string;
  readonly schema: TSchema;
  readonly isRequired: boolean;
}

function leaves(schema: TSchema, prefix: string, isRequired: boolean): readonly Leaf[] {
  const words = schemaWords(schema);
  return [...words.properties].flatMap(([key, inner]) => {
    const name = `${prefix}${key}`;
    const isInnerRequired = isRequired && words.required.has(key);
    return schemaWords(inner).properties.size > 0
      ? leaves(inner, `${name}.`, isInnerRequired)
      : [{ name, schema: inner, isRequired: isInnerRequired }];
  });
}

async function readWhole(given: string | undefined, terminal: Terminal): Promise<JsonObject> {
  if (given === undefined) {
    return {};
  }
  const text = given === "-" ? await terminal.readInput() : given;
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) {
      return value;
    }
  } catch (cause) {
    throw new GatewayError("badParameters", "--json-params: is not JSON", { cause });
  }
  throw new GatewayError("badParameters", "--json-params: must be a JSON object");
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function printReply(reply: CommandReply, globals: Globals, terminal: Terminal): ExitCode {
  const { ErrNo, ErrMsg, ...fields } = reply;
  if (globals.json || !terminal.isInteractive) {
    terminal.out(`${JSON.stringify(reply)}\n`);
  } else if (ErrNo === 0) {
    terminal.out(replyText(fields));
  }
  if (ErrNo === 0) {
    return exitCodes.ok;
  }
  terminal.error(`latchctl: ${ErrMsg} (ErrNo ${ErrNo})\n`);
  return exitCodes.refused;
}
