import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, it } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { commonErrors } from "../../../../daemon/commands/call-errors.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import { errorTable } from "../../../../daemon/core/model/errors.ts";
import { actionCommands } from "../../../../daemon/tuya-actions/table.ts";
import { aLockId } from "../../../support/records.ts";
import { CheckedDispatcher } from "../../../support/rest/declared-reply.ts";
import { type Ending, KeepAliveClient } from "../../../support/rest/keep-alive-client.ts";
import { type OddRequest, oddRequests } from "../../../support/rest/odd-requests.ts";
import { call, post } from "../../../support/rest/rest-client.ts";
import { type RunningApi, runApi } from "../../../support/rest/running-api.ts";
import { CommandRoom } from "../../../support/rigs/command-room.ts";
import { differences, stateDigest } from "../../../support/state-digest.ts";

/** LATCHD_FUZZ_REQUESTS and LATCHD_FUZZ_SEED make it longer, or another. */
const requests = Number(process.env["LATCHD_FUZZ_REQUESTS"] ?? 20_000);
const seed = Number(process.env["LATCHD_FUZZ_SEED"] ?? 20_261_123);
/** Requests on their way at one time. */
const inFlight = 8;
/** A request that takes longer is a fault of its own. */
const slowMs = 10_000;
/** What heap and process may grow by between a quarter of the requests and the last. */
const heapGrowthBytes = 8 * 1024 * 1024;
/** Requests between collections: a heap that nobody collects grows with the length of the run. */
const collectedEach = 4_000;
/** The test's own generators and client are in the same process: what they freed stays resident. */
const residentGrowthBytes = 160 * 1024 * 1024;

const actions = actionCommands({
  timeZone: "Europe/Berlin",
  workingDay: "sunday_lowest",
  messages: { handOver: () => Promise.resolve(true) },
  randomDigits: () => "000000",
});
const all = [...commands, ...actions];
/** Each reading of a code in clear is written into the operation log. */
const changing = new Set([
  "get_default_password_plaintext",
  ...all.filter(({ isReadOnly }) => !isReadOnly).map(({ name }) => name),
]);
/** What each may answer as the reference has it, and what becomes of a request before it is one. */
const errorsByName = new Map(
  all.map((command) => {
    const codes = [...commonErrors, ...command.errors, "notImplemented" as const];
    return [command.name, new Set<number>(codes.map((code) => errorTable[code].errNo))] as const;
  }),
);
const known = [aLockId, "0x00124b00000000ff", "home-1", "room-1", "999", "1", "135790", "246810"];

setFlagsFromString("--expose-gc");
const collect: unknown = runInNewContext("gc");

/** Where it is noted who asked for what. */
const traces: ReadonlySet<string> = new Set(["journal", "operations"]);

describe("any request at all", () => {
  const closing: (() => Promise<void> | void)[] = [];
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

  it(`is answered below 500, and what is refused changes nothing (${requests} requests, seed ${seed})`, async (test) => {
    const room = await CommandRoom.open();
    const running = await runApi(room.store, {
      commands,
      actions,
      executor: new CheckedDispatcher({
        commands: all,
        store: room.store,
        sealer: room.vault,
        site: room.site,
        reading: () => ({ ...room.clock }),
        newId: randomUUID,
        wake: () => undefined,
        onFault: (_command, cause) => void room.faults.push(cause),
      }),
    });
    await room.addSetUpLock();
    const client = new KeepAliveClient(running.tcp.port, await tokensOf(running), inFlight);
    let sent = 0;
    let accepted = 0;
    let isMeasured = false;
    let early = { heapBytes: 0, residentBytes: 0 };
    let state = stateDigest(room.store);
    const batch = fc.array(oddRequests({ commands, actions, known }), {
      minLength: inFlight,
      maxLength: inFlight,
    });
    closing.push(
      () => room.close(),
      () => running.api.close(),
      () => client.close(),
    );
    await fc.assert(
      fc.asyncProperty(batch, async (some) => {
        const ends = await Promise.all(some.map((one) => client.send(one)));
        for (const [at, end] of ends.entries()) check(some[at], end);
        const now = stateDigest(room.store);
        // A refusal, and a look at codes, is noted and told; nothing else may come of it.
        const changed = differences(state, now).filter((table) => !traces.has(table));
        const isAllowed = some.some((one, at) => mayChange(one, ends[at]));
        assert.ok(
          changed.length === 0 || isAllowed,
          `${changed} changed by the refused: ${reported(some, ends)}`,
        );
        state = now;
        sent += some.length;
        accepted += ends.filter(({ errNo }) => errNo === 0).length;
        assert.deepEqual(room.faults, []);
        forget(room, running);
        if (room.store.get("lock", [aLockId]) === undefined) {
          await room.addSetUpLock();
          state = stateDigest(room.store);
        }
        if (sent % collectedEach === 0) await collected();
        if (!isMeasured && sent >= requests / 4) {
          isMeasured = true;
          early = await memory();
        }
      }),
      { numRuns: Math.ceil(requests / inFlight), seed, endOnFailure: true },
    );
    const late = await memory();
    assert.ok(accepted > requests / 50, `only ${accepted} of ${sent} were right`);
    assert.ok(accepted < requests / 2, `${accepted} of ${sent} were right`);
    assert.ok(late.heapBytes - early.heapBytes < heapGrowthBytes, JSON.stringify({ early, late }));
    const grownBytes = late.residentBytes - early.residentBytes;
    assert.ok(grownBytes < residentGrowthBytes, JSON.stringify({ early, late }));
    test.diagnostic(`memory after a quarter and at the end: ${JSON.stringify({ early, late })}`);
    assert.equal(Reflect.get({}, "isAdmin"), undefined);
    assert.equal((await call(running.tcp, "/api/health")).body.ErrNo, 0);
  });
});

/** `null` bodies, unreadable paths and the like never come to a command; a resource that took a body has one. */
function mayChange({ command, method }: OddRequest, end: Ending | undefined): boolean {
  if (end?.errNo !== 0) return false;
  return command === null ? method !== "GET" : changing.has(command);
}

/** Errors of the lock and the stick are answers, in HTTP 5xx by the table; these are none. */
function check(one: OddRequest | undefined, { status, errNo, elapsedMs }: Ending): void {
  assert.ok(status < 500, `HTTP ${status} to ${JSON.stringify(one)}`);
  const declared = one?.command == null ? null : (errorsByName.get(one.command) ?? null);
  const isNamed = !errNo || declared === null || declared.has(errNo);
  assert.ok(isNamed, `ErrNo ${errNo}, which the reference has not, to ${JSON.stringify(one)}`);
  assert.ok(elapsedMs < slowMs, `${Math.round(elapsedMs)} ms for ${JSON.stringify(one)}`);
}

function reported(some: readonly OddRequest[], ends: readonly Ending[]): string {
  return some
    .map((one, at) => `${ends[at]?.errNo} ${JSON.stringify(one)}`.slice(0, 600))
    .join("\n");
}

/** What the test itself keeps of each request would look like a leak. */
function forget(room: CommandRoom, running: RunningApi): void {
  const failures = running.logLines.filter((line) => line.includes("request failed"));
  assert.deepEqual(failures, []);
  running.logLines.length = 0;
  for (const list of [room.woken, room.site.removed, room.site.operated, room.site.installCodes]) {
    list.length = 0;
  }
}

/** Everything that nobody holds is let go, also what waits for a turn of the event loop before it is free. */
async function collected(): Promise<void> {
  assert.ok(typeof collect === "function");
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
}

async function memory(): Promise<{ readonly heapBytes: number; readonly residentBytes: number }> {
  await collected();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, residentBytes: rss };
}

async function tokensOf(running: RunningApi): Promise<Record<OddRequest["token"], string>> {
  const tokenOf = async (scope: "manager" | "technician") => {
    const client_secret = await running.addClient(scope, scope);
    const pair = { client_id: scope, client_secret };
    const { body } = await post(running.tcp, "/openapi/v1/access_token", pair);
    return String(body["access_token"]);
  };
  return {
    manager: await tokenOf("manager"),
    technician: await tokenOf("technician"),
    none: "",
    odd: "AAAA",
  };
}
