import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { afterEach, beforeEach, describe, it } from "node:test";
import { resourcesOf } from "../../../../daemon/api/routes/resources.ts";
import { mayCall } from "../../../../daemon/api/scopes.ts";
import type { Caller } from "../../../../daemon/commands/caller.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import type { EventName, JournalEntry } from "../../../../daemon/core/model/journal.ts";
import { aLockId } from "../../../support/records.ts";
import { call, post } from "../../../support/rest/rest-client.ts";
import { fetchText, RestGateway } from "../../../support/rest/rest-gateway.ts";

const scopes = ["technician", "installer", "steward", "manager"] as const;

/** Words that stand for one fact each: wherever one is read, the fact is known. */
const facts = {
  whoOpened: "Opener-Ann",
  whenOpened: 1_799_123_456,
  whoHasACode: "Holder-Bob",
  whatNumber: "0301234567",
  callbackKey: "sk-live-8817",
  whoDidIt: "Client-Eve",
} as const;

/** Who may know each, as the one call made for it has it (V1.6 and docs/api.md). */
const knownBy: Readonly<Record<keyof typeof facts, readonly Caller["scope"][]>> = {
  whoOpened: ["steward", "manager"],
  whenOpened: ["steward", "manager"],
  whoHasACode: ["manager"],
  whatNumber: ["manager"],
  callbackKey: ["manager"],
  whoDidIt: ["manager"],
};

const doorEvents: readonly EventName[] = [
  ...(["lockerOpenAlarm", "accessRefused", "outOfWindowOpen", "duressAlarm"] as const),
  ...(["wrongPwdAlarm", "pwdRetired"] as const),
];
const codeEvents: readonly EventName[] = ["pwdSync", "pwdAddLocal", "pwdUpdateLocal", "slotDrift"];

const someParams = [
  {},
  { uuid: aLockId },
  { from: 1, count: 500 },
  { count: 500 },
  { from: 1 },
  { uuid: aLockId, from: 1_799_000_000, to: 1_802_000_000 },
] as const;

describe("a fact about people", () => {
  let gateway: RestGateway;

  beforeEach(async () => {
    gateway = await RestGateway.open();
    const { room } = gateway;
    await room.addSetUpLock();
    await room.call("add_password", {
      ...{ uuid: aLockId, password: "482915", name: facts.whoHasACode },
      phonenumber: facts.whatNumber,
    });
    room.caller = { ...room.caller, name: facts.whoDidIt };
    const url = `https://partner.example/${facts.callbackKey}?key=${facts.callbackKey}`;
    await room.call("callback_add", { url });
    await happen();
  });

  afterEach(async () => {
    assert.deepEqual(gateway.room.faults, []);
    await gateway.close();
  });

  async function happen(): Promise<void> {
    const openings = doorEvents.map((event) => eventOf(event, facts.whoOpened));
    const codes = codeEvents.map((event) => eventOf(event, facts.whoHasACode));
    const reply: JournalEntry = {
      ...{ kind: "reply", commandId: "c1", command: "remote_unlock", errNo: 0, result: {} },
      errMsg: `${facts.whoOpened} ${facts.whenOpened}`,
    };
    const atMs = facts.whenOpened * 1000;
    const journal = [...openings, reply];
    await gateway.room.store.commit({ changes: [], journal }, { atMs, clock: "synced" });
    const stamp = { atMs: gateway.room.clock.nowMs, clock: "synced" } as const;
    await gateway.room.store.commit({ changes: [], journal: codes }, stamp);
  }

  function eventOf(event: EventName, name: string): JournalEntry {
    const person = { name, source_name: name, phonenumber: facts.whatNumber };
    const detail = { password_id: 1, ...person, password: person, list: [person] };
    return { kind: "event", event, lock: aLockId, detail };
  }

  /** Everything that a scope gets to read, by every call, resource and stream there is. */
  async function readBy(scope: Caller["scope"]): Promise<ReadonlyMap<string, string>> {
    const headers = await gateway.bearer(scope);
    const read = new Map<string, string>();
    for (const { name, access, isReadOnly } of commands) {
      if (!isReadOnly) continue;
      for (const params of someParams) {
        const path = `/openapi/v1/${name}`;
        const { status, body } = await post(gateway.tcp, path, params, headers);
        if (!mayCall(scope, access)) assert.ok(status === 403, `${name} is rejected`);
        read.set(`${name} ${JSON.stringify(params)}`, JSON.stringify(body));
      }
    }
    for (const { method, path } of resourcesOf(commands)) {
      if (method !== "GET") continue;
      const at = path.replaceAll(":uuid", aLockId);
      if (at.includes(":")) continue;
      read.set(at, JSON.stringify((await call(gateway.tcp, at, { headers })).body));
    }
    for (const path of ["/metrics", "/openapi.json", "/docs", "/api/health"]) {
      read.set(path, (await fetchText(gateway.tcp, path, headers)).text);
    }
    read.set("/api/events", await streamed(headers));
    return read;
  }

  /** What the stream tells of the events, told again while somebody watches. */
  async function streamed(headers: Readonly<Record<string, string>>): Promise<string> {
    const outgoing = request({
      ...{ host: "127.0.0.1", port: gateway.tcp.port, path: "/api/events", headers, agent: false },
    });
    outgoing.on("error", () => undefined).end();
    const [response] = await once(outgoing, "response");
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("error", () => undefined);
    const tell = (event: EventName, name: string) => {
      const entry = eventOf(event, name);
      const detail = entry.kind === "event" ? entry.detail : null;
      const time = name === facts.whoOpened ? facts.whenOpened : 0;
      gateway.running.events.tell({ event, body: { event, time, detail } });
    };
    for (const event of doorEvents) tell(event, facts.whoOpened);
    for (const event of codeEvents) tell(event, facts.whoHasACode);
    const body = { event: "activity", time: 0, detail: { caller: facts.whoDidIt } };
    gateway.running.events.tell({ event: "activity", body });
    gateway.running.events.tell({ event: "brokenAlarm", body: { event: "last" } });
    while (!text.includes('"last"')) await once(response, "data");
    outgoing.destroy();
    return text;
  }

  for (const scope of scopes) {
    it(`is read by a ${scope} only where that scope may know it, whatever the way`, async () => {
      const read = await readBy(scope);
      for (const [fact, word] of Object.entries(facts)) {
        const ways = [...read].filter(([, text]) => text.includes(String(word)));
        const isKnown = Object.entries(knownBy).some(
          ([name, who]) => name === fact && who.includes(scope),
        );
        const names = ways.map(([name]) => name).join(", ");
        if (isKnown) assert.notEqual(ways.length, 0, `${scope} finds ${fact} nowhere`);
        else assert.equal(ways.length, 0, `${scope} reads ${fact} in ${names}`);
      }
    });
  }

  it("is in no support bundle, whoever makes it", async () => {
    for (const scope of scopes) {
      const headers = await gateway.bearer(scope);
      const path = "/openapi/v1/support_bundle";
      const text = JSON.stringify((await call(gateway.tcp, path, { headers })).body);
      for (const word of Object.values(facts)) {
        assert.ok(!text.includes(String(word)), `${scope} ${word}`);
      }
    }
  });

  it("is not in the radio log: a remote opening shows to whoever may read the history", async () => {
    await gateway.room.store.commit(
      {
        ...{ changes: [], journal: [] },
        radio: [{ lock: aLockId, command: "unlockDoor", status: "success", asked: { by: "x" } }],
      },
      { atMs: facts.whenOpened * 1000, clock: "synced" },
    );
    for (const scope of scopes) {
      const headers = await gateway.bearer(scope);
      const path = `/openapi/v1/read_radio_log?uuid=${aLockId}`;
      const text = JSON.stringify((await call(gateway.tcp, path, { headers })).body);
      const isKnown = knownBy.whoOpened.includes(scope);
      assert.equal(text.includes("unlockDoor"), isKnown, scope);
    }
  });
});
