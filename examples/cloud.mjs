/**
 * A cloud for all gateways of one broker, as small as it can be and complete: it keeps its position in each gateway's
 * journal, asks for what is missing, acknowledges, and sends commands.
 *
 *   node examples/cloud.mjs mqtt://127.0.0.1:1883 --state cloud.json --callback http://127.0.0.1:8080/events
 *
 * It prints every event once as a line of JSON, in the envelope of V1.6. A line on standard input is a command:
 *
 *   gateway-17 add_password {"uuid": "0x00124b0012345678", "password": "482915"}
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { Journal, ReplyPages } from "./journal.mjs";
import { Protection } from "./protection.mjs";

/**
 * @typedef {import("./journal.mjs").Fields} Fields
 * @typedef {import("./journal.mjs").Position} Position
 */

const replyLimitMs = 15_000;
const postLimitMs = 10_000;
const postTries = 3;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    callback: { type: "string" }, // URL that gets each event by POST
    state: { type: "string" }, // file that keeps the position in each journal
    prefix: { type: "string", default: "latch/1" }, // first levels of all topics
    keys: { type: "string" }, // folder of latchctl keys make: sign, and open what is sealed
    ca: { type: "string" }, // certificate authority of the broker, instead of the system's
    once: { type: "boolean" }, // end when standard input has ended and its commands are answered
  },
});
const [broker = "mqtt://127.0.0.1:1883"] = positionals;
const { prefix, state: stateFile } = options;
const protection = options.keys === undefined ? null : new Protection(options.keys);

/** @type {Record<string, Position>} */
const positions =
  stateFile !== undefined && existsSync(stateFile)
    ? JSON.parse(readFileSync(stateFile, "utf8"))
    : {};
/** @type {Map<string, Journal>} */
const journals = new Map();
/** @type {Map<string, (reply: Fields) => void>} */
const waiting = new Map();
const pages = new ReplyPages();
/** Messages that the broker has not acknowledged yet. The program ends after them. @type {Set<Promise<void>>} */
const unsent = new Set();
let isEnding = false;
/** Events are opened, printed and posted one after the other, in the sequence of the journal. */
let printing = Promise.resolve();
let posting = Promise.resolve();

const client = await mqtt.connectAsync(broker, {
  clientId: `cloud-${randomUUID()}`,
  protocolVersion: 4,
  clean: false,
  rejectUnauthorized: true,
  ...(options.ca === undefined ? {} : { ca: readFileSync(options.ca) }),
});
client.on("message", (topic, payload, { retain }) => {
  try {
    receive(topic, payload.toString(), retain);
  } catch (error) {
    report(error);
  }
});
client.on("error", (error) => console.error(error.message));
await client.subscribeAsync(`${prefix}/+/up/+`, { qos: 1 });
console.error(`connected to ${new URL(broker).host}`);

/** @param {string} gateway */
function journalOf(gateway) {
  let journal = journals.get(gateway);
  if (journal === undefined) {
    journal = new Journal();
    const position = positions[gateway];
    if (position !== undefined) journal.startAt(position);
    journals.set(gateway, journal);
  }
  return journal;
}

/**
 * @param {string} gateway
 * @param {"command" | "sync"} kind
 * @param {object} fields
 */
async function send(gateway, kind, fields) {
  const body =
    protection === null ? JSON.stringify(fields) : await protection.sign(gateway, kind, fields);
  await client.publishAsync(`${prefix}/${gateway}/down/${kind}`, body, { qos: 1 });
}

/**
 * Sends what nobody waits for. What is not acknowledged any more because this program ends, a gateway repeats.
 * @param {string} gateway
 * @param {object} fields
 */
function sendSync(gateway, fields) {
  if (isEnding) return;
  const sending = send(gateway, "sync", fields)
    .catch(report)
    .finally(() => unsent.delete(sending));
  unsent.add(sending);
}

/**
 * @param {string} topic
 * @param {string} text
 * @param {boolean} isRetained
 */
function receive(topic, text, isRetained) {
  const [kind = "", , gateway = ""] = topic.split("/").reverse();
  const fields = JSON.parse(text);
  if (kind === "state") receiveState(gateway, fields, isRetained);
  else receiveRecord(gateway, fields);
}

/**
 * A birth says how far the journal goes: the broker may have lost its end, or nobody was subscribed.
 * @param {string} gateway
 * @param {Fields} birth
 * @param {boolean} isRetained it was there before this cloud
 */
function receiveState(gateway, { epoch, head, tail }, isRetained) {
  if (typeof epoch !== "string" || typeof head !== "number" || typeof tail !== "number") return;
  const journal = journalOf(gateway);
  if (epoch !== journal.epoch) journal.startAt({ epoch, head: tail - 1 });
  if (head > journal.head || isRetained) askForReplay(gateway, journal);
}

/**
 * @param {string} gateway
 * @param {Fields} part
 */
function receiveRecord(gateway, part) {
  const record = pages.take(part);
  if (record === null) return;
  const { epoch, seq } = record;
  if (typeof epoch === "string" && typeof seq === "number") {
    const journal = journalOf(gateway);
    const hadGap = journal.hasGap;
    if (!journal.take(epoch, seq)) return;
    closeGap(journal, record);
    keepPosition(gateway, { epoch, head: journal.head });
    if (journal.hasGap && !hadGap) askForReplay(gateway, journal);
    sendSync(gateway, { epoch, seq: journal.head });
  }
  // A refusal outside the journal, such as "busy", has no seq.
  if ("event" in record) show(gateway, record);
  else waiting.get(String(record["id"]))?.(record);
}

/**
 * @param {Journal} journal
 * @param {Fields} record
 */
function closeGap(journal, { event, detail }) {
  const { from, to, reason } = Object(detail);
  const isFinal = reason === "folded" || reason === "pruned";
  if (event === "journalGap" && isFinal) journal.close(from, to);
}

/**
 * The position is on disk before the gateway learns of it, whole or not at all. A real cloud writes it in the
 * transaction of the records.
 * @param {string} gateway
 * @param {Position} position
 */
function keepPosition(gateway, position) {
  positions[gateway] = position;
  if (stateFile === undefined) return;
  writeFileSync(`${stateFile}.new`, JSON.stringify(positions));
  renameSync(`${stateFile}.new`, stateFile);
}

/**
 * @param {string} gateway
 * @param {Journal} journal
 */
function askForReplay(gateway, journal) {
  sendSync(gateway, { replay: { from: journal.head + 1 } });
}

/**
 * @param {string} gateway
 * @param {Fields} event
 */
function show(gateway, event) {
  printing = printing.then(() => print(gateway, event)).catch(report);
  const { callback } = options;
  if (callback !== undefined) posting = posting.then(() => post(callback, event));
}

/**
 * @param {string} gateway
 * @param {Fields} record
 */
async function print(gateway, record) {
  console.log(JSON.stringify((await protection?.open(gateway, record)) ?? record));
}

/**
 * @param {string} url
 * @param {Fields} event
 */
async function post(url, event) {
  for (let tries = 1; tries <= postTries; tries += 1) {
    try {
      const { ok, status } = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(event),
        signal: AbortSignal.timeout(postLimitMs),
      });
      if (ok) return;
      console.error(`${url} answered ${status} to ${event["event"]}`);
    } catch (error) {
      report(error);
    }
  }
}

/**
 * Sends the command of one line of standard input and prints its reply. A command may be sent again under its id.
 * @param {string} line
 */
async function command(line) {
  const [, gateway, name, text] = /^(\S+)\s+(\S+)\s*(.*)$/.exec(line.trim()) ?? [];
  if (gateway === undefined || name === undefined) {
    throw new Error("write: <gateway> <command> [parameters as JSON]");
  }
  const id = randomUUID();
  const iat = Math.floor(Date.now() / 1000);
  // What acts at once at a lock is valid for a minute.
  const times = name.startsWith("remote_") ? { iat, exp: iat + 60 } : {};
  const reply = new Promise((resolve, reject) => {
    waiting.set(id, resolve);
    setTimeout(() => reject(new Error(`${gateway} did not answer ${name}`)), replyLimitMs).unref();
  });
  await send(gateway, "command", { id, command: name, params: JSON.parse(text || "{}"), ...times });
  await print(gateway, await reply).finally(() => waiting.delete(id));
}

/** @param {unknown} error */
function report(error) {
  console.error(error instanceof Error ? error.message : String(error));
}

const lines = createInterface({ input: process.stdin });
for await (const line of lines) await command(line).catch(report);
if (options.once === true) {
  await printing;
  isEnding = true;
  await Promise.all(unsent);
  await client.endAsync();
}
