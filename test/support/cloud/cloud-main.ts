import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Command } from "commander";
import type { Fields } from "../gateway-view.ts";
import { aMinute, Cloud, type CloudEvent, type CloudPosition } from "./cloud.ts";
import { CloudKeys } from "./cloud-keys.ts";

/** An example cloud: what a consumer has to do, and how to speak to a gateway by hand. */

const postLimitMs = 10_000;
const postTries = 3;

interface Options {
  readonly callback?: string;
  readonly state?: string;
  readonly prefix: string;
  readonly keys?: string;
  readonly ca?: string;
  readonly once?: boolean;
}

const program = new Command("cloud")
  .description(
    [
      "Plays the cloud for all gateways of a broker. Prints every event once, in the envelope of V1.6, one",
      "JSON object per line; asks for what is missing and acknowledges. Each line on standard input is a",
      "command, whose reply is printed:",
      "",
      '  <gateway> add_password {"uuid": "0x…", "password": "482915", "permission_end": 1900000000}',
    ].join("\n"),
  )
  .argument("[broker]", "mqtt:// or mqtts:// url", "mqtt://127.0.0.1:1883")
  .option("--callback <url>", `post each event there, ${postTries} times at most`)
  .option("--state <file>", "keep epoch and seq of each gateway there, to go on after a restart")
  .option("--prefix <levels>", "of all topics", "latch/1")
  .option(
    "--keys <folder>",
    "sign commands and open what is sealed with the keys of latchctl keys make",
  )
  .option("--once", "end when standard input has ended and its commands are answered")
  .option("--ca <file>", "authority to trust for the broker instead of the system's");
const [broker = ""] = program.parse().processedArgs.map(String);
const { callback, state, prefix, keys: folder, ca, once } = program.opts<Options>();
const keys = folder === undefined ? null : await CloudKeys.load(folder);

const positions = new Map<string, CloudPosition>(
  state !== undefined && existsSync(state)
    ? Object.entries<CloudPosition>(JSON.parse(readFileSync(state, "utf8")))
    : [],
);
/** Callbacks go one after the other: their order is the journal's. */
let posting: Promise<void> = Promise.resolve();

/** Whole or not at all, before the gateway hears that the records have arrived. */
function keep(gatewayId: string, position: CloudPosition): void {
  positions.set(gatewayId, position);
  if (state === undefined) return;
  writeFileSync(`${state}.new`, JSON.stringify(Object.fromEntries(positions)));
  renameSync(`${state}.new`, state);
}

async function post(url: string, event: CloudEvent): Promise<void> {
  for (let tries = 1; tries <= postTries; tries += 1) {
    try {
      const { ok, status } = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(postLimitMs),
      });
      if (ok) return;
      console.error(`callback of ${event.event} was answered with ${status}`);
    } catch (error) {
      console.error(`callback of ${event.event} failed: ${String(error)}`);
    }
  }
}

/** Events are shown one after the other. */
let telling: Promise<void> = Promise.resolve();

function print(said: unknown): void {
  if (said instanceof Error) console.error(said.message);
  else console.log(JSON.stringify(said));
}

/** What the broker could not read is opened before it is shown. */
async function opened(gatewayId: string, fields: Fields): Promise<Fields> {
  if (keys === null || !("sealed" in fields)) return fields;
  const { sealed: _, ...readable } = fields;
  const secret = await keys.opened(gatewayId, fields);
  return "event" in fields ? { ...readable, detail: secret } : { ...readable, ...secret };
}

const cloud = await Cloud.connect({
  url: broker,
  ...(keys === null ? {} : { sign: (...of) => keys.signed(...of) }),
  ...(ca === undefined ? {} : { mqtt: { ca: readFileSync(ca) } }),
  prefix,
  acknowledges: true,
  fillsGaps: true,
  catchesUp: true,
  positions: new Map(positions),
  onPosition: keep,
  keep: 1_000,
  onEvent: (event, gatewayId) => {
    telling = telling.then(() => opened(gatewayId, event)).then(print, print);
    if (callback !== undefined) posting = posting.then(() => post(callback, event));
  },
});

async function obey(line: string): Promise<void> {
  const [, gatewayId, command, text] = /^(\S+)\s+(\S+)\s*(.*)$/.exec(line.trim()) ?? [];
  if (gatewayId === undefined || command === undefined) {
    console.error("say: <gateway> <command> [parameters as JSON]");
    return;
  }
  try {
    const params: Fields = text === undefined || text === "" ? {} : JSON.parse(text);
    // What acts at once holds a minute; everything else holds until something newer comes.
    const times = command.startsWith("remote_") ? aMinute() : {};
    const reply = await cloud.command(gatewayId, command, params, times);
    console.log(JSON.stringify(await opened(gatewayId, reply)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
}

console.error(`listening at ${new URL(broker).host}`);
/** One command after the other: their order is the person's. */
let obeying: Promise<void> = Promise.resolve();
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  obeying = obeying.then(() => obey(line));
});
if (once === true) {
  lines.on("close", () => void obeying.then(() => telling).then(() => cloud.close()));
}
