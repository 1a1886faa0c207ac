import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { HomeHouse } from "../../../support/home-assistant/home-house.ts";
import { retainedAt } from "../../../support/home-assistant/tool-client.ts";

const name = "Front door";
const topic = `zigbee2mqtt/${name}`;

/**
 * The messages of the two tools, byte for byte: as Python's `json.dumps` writes their dictionaries. Lock Code Manager
 * publishes with QoS 0, keymaster with QoS 1.
 */
const tools = {
  "Lock Code Manager": {
    qos: 0,
    set: (slot: number, code: string) =>
      `{"pin_code": {"user": ${slot}, "user_type": "unrestricted", "pin_code": "${code}", "user_enabled": true}}`,
  },
  keymaster: {
    qos: 1,
    set: (slot: number, code: string) =>
      `{"pin_code": {"user": ${slot}, "user_type": "unrestricted", "user_enabled": true, "pin_code": "${code}"}}`,
  },
} as const;
const clearText = (slot: number) =>
  `{"pin_code": {"user": ${slot}, "user_type": "unrestricted", "user_enabled": false, "pin_code": null}}`;
const getText = (slot: number) => `{"pin_code": {"user": ${slot}}}`;

for (const [tool, { qos, set: setText }] of Object.entries(tools)) {
  describe(`${tool} at a lock of latchd, on a real mosquitto`, { timeout: 300_000 }, () => {
    let home: HomeHouse;
    let lock: VirtualLock;
    let uuid = "";

    const set = (slot: number, code: string) =>
      home.tool.publish(`${topic}/set`, setText(slot, code), { qos });
    const clear = (slot: number) => home.tool.publish(`${topic}/set`, clearText(slot), { qos });
    const get = (slot: number) => home.tool.publish(`${topic}/get`, getText(slot), { qos });
    const codeAt = (slot: number) => lock.storedUser(slot)?.pinCode.reveal() ?? null;
    const lockHas = (slot: number, code: string | null) =>
      home.until(`slot ${slot} to have ${code}`, () => (codeAt(slot) === code ? true : null));
    /** Asks for a slot and waits for the answer, which must come within the ten seconds that the tools wait. */
    async function answerFor(slot: number): Promise<unknown> {
      const from = home.tool.heard.length;
      const askedMs = performance.now();
      await get(slot);
      const status = await home.tool.next(
        `the answer for slot ${slot}`,
        (message, { users }) =>
          message.topic === topic ? (Reflect.get(Object(users), String(slot)) ?? null) : null,
        from,
      );
      assert.ok(performance.now() - askedMs < 10_000);
      return status;
    }
    const refusal = (from: number) =>
      home.tool.next(
        "the refusal",
        ({ topic: of }, fields) =>
          of === `${topic}/event` && fields["event_type"] === "code_refused" ? fields : null,
        from,
      );

    before(async () => {
      home = await HomeHouse.open();
      lock = await home.pair(name);
      uuid = `0x${lock.ieee}`;
      await home.slot(name, 3, "available");
    });
    after(() => home.close());

    it("sets a code, which the lock gets and which opens it", async () => {
      await set(3, "483726");
      await home.slot(name, 3, "enabled");
      await lockHas(3, "483726");
      assert.equal(lock.keypad("483726"), "opened");
      lock.turnKnob("lock");
    });

    it("gets a slot's state without its digits", async () => {
      assert.deepEqual(await answerFor(3), { status: "enabled" });
      assert.deepEqual(await answerFor(4), { status: "available" });
      assert.deepEqual(await answerFor(40), { status: "disabled" });
    });

    it("hears of an opening with the number of its slot", async () => {
      const from = home.tool.heard.length;
      assert.equal(lock.keypad("483726"), "opened");
      const action = await home.tool.next(
        "the action",
        (message, fields) => (message.topic === topic && "action" in fields ? fields : null),
        from,
      );
      assert.deepEqual(
        [action["action"], action["action_user"], action["action_source_name"]],
        ["keypad_unlock", 3, "keypad"],
      );
      assert.equal("users" in action, false);
      lock.turnKnob("lock");
    });

    it("changes a code, and the old one does not open any more", async () => {
      await set(3, "592817");
      await lockHas(3, "592817");
      assert.equal(lock.keypad("483726"), "refused");
    });

    it("sends the same code again without a second write to the lock", async () => {
      // What is wanted of a slot, and not how far it is: each change of it raises the revision, and is one write.
      const wanted = async () => {
        const { passwords } = await home.must("fetch_passwords", { uuid });
        assert.ok(Array.isArray(passwords) && passwords.length > 0);
        return JSON.stringify(passwords.map(({ id, revision }) => [id, revision]));
      };
      const before = await wanted();
      await set(3, "592817");
      await answerFor(3);
      assert.equal(await wanted(), before);
    });

    it("clears a code, and hears that the slot is free once the lock has confirmed it", async () => {
      await clear(3);
      await home.slot(name, 3, "available");
      assert.equal(codeAt(3), null);
    });

    it("is refused the slot of a stranger, which keeps its code", async () => {
      assert.equal(lock.programAtKeypad({ userId: 5, code: "135246" }), "done");
      await home.slot(name, 5, "enabled");
      for (const attempt of [() => set(5, "717273"), () => clear(5)]) {
        const from = home.tool.heard.length;
        await attempt();
        assert.equal((await refusal(from))["slot"], 5);
      }
      assert.equal(codeAt(5), "135246");
    });

    it("is refused the slot of a person's password, and a code that another slot has", async () => {
      await home.must("add_password", { uuid, is_default: 1, password: "908172" });
      await lockHas(1, "908172");
      for (const attempt of [() => set(1, "717273"), () => clear(1), () => set(6, "908172")]) {
        const from = home.tool.heard.length;
        await attempt();
        const { reason } = await refusal(from);
        assert.ok(typeof reason === "string" && !reason.includes("717273"));
      }
      assert.deepEqual([codeAt(1), codeAt(6)], ["908172", null]);
    });

    it("sets and clears while the lock is away, and only the newest wish reaches it", async () => {
      await set(3, "483726");
      await lockHas(3, "483726");
      lock.answerWith(() => "silence");
      await clear(3);
      await home.slot(name, 3, "disabled");
      await set(4, "645342");
      await set(4, "736455");
      await home.slot(name, 4, "enabled");
      assert.deepEqual([codeAt(3), codeAt(4)], ["483726", null]);
      lock.answerWith(null);
      assert.equal(lock.keypad("000111"), "refused");
      await lockHas(3, null);
      await lockHas(4, "736455");
    });

    it("loses nothing that was acknowledged when the daemon is killed in the middle", async () => {
      lock.answerWith(() => "silence");
      await set(6, "826491");
      await home.slot(name, 6, "enabled");
      await clear(4);
      await home.slot(name, 4, "disabled");
      await home.daemon.kill();
      lock.answerWith(null);
      await home.start();
      assert.equal(lock.keypad("000111"), "refused");
      await lockHas(4, null);
      await lockHas(6, "826491");
      await home.slot(name, 4, "available");
      assert.deepEqual(await answerFor(6), { status: "enabled" });
    });

    it("has never had a digit of a code published, retained or logged", async () => {
      const retained = [...(await retainedAt(home.broker.url))].join("\n");
      // What the tool itself published is not the gateway's.
      const heard = home.tool.heard.filter(({ topic: of }) => !/\/(set|get)$/.test(of));
      const texts = [retained, JSON.stringify(heard), home.daemon.logLines.join("\n")].join("\n");
      for (const code of ["483726", "592817", "135246", "908172", "736455", "826491"]) {
        assert.ok(!texts.includes(code), code);
      }
    });
  });
}
