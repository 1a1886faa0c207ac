import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { VirtualTime } from "../../../drivers/simulated/simulation-time.ts";
import type { Cloud, CloudReply } from "../../support/cloud/cloud.ts";
import type { Fields } from "../../support/gateway-view.ts";
import { CloudHouse, gatewayId } from "../../support/rigs/cloud-house.ts";
import type { DaemonProcess } from "../../support/rigs/daemon-process.ts";

const kills = Number(process.env["LATCHD_KILLS"] ?? 25);
const seed = Number(process.env["LATCHD_SEED"] ?? 20261123);
const settleMs = 60_000;
/** Time for a kill and the next start on a busy machine. */
const roundMs = 8_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A command as it was sent. */
interface Sent {
  readonly id: string;
  readonly command: string;
  readonly params: Fields;
}

/** The cloud's view of one lock's passwords after the replies that it has received. */
class Belief {
  readonly codes = new Map<number, { code: string; isFrozen: boolean }>();

  take({ command, params }: Sent, reply: CloudReply): void {
    if (reply.ErrNo !== 0) return;
    if (command === "add_password") {
      const { password_id: id } = reply;
      assert.ok(typeof id === "number");
      assert.ok(!this.codes.has(id), `id ${id} was given twice`);
      this.codes.set(id, { code: String(params["password"]), isFrozen: false });
      return;
    }
    const id = Number(params["password_id"]);
    const known = this.codes.get(id);
    assert.ok(known !== undefined, `${command} of password ${id}, which is gone, was accepted`);
    if (command === "update_password") known.code = String(params["password"]);
    else if (command === "delete_password") this.codes.delete(id);
    else known.isFrozen = command === "frozen_password";
  }

  live(): string[] {
    return [...this.codes.values()]
      .filter(({ isFrozen }) => !isFrozen)
      .map(({ code }) => code)
      .sort();
  }
}

function liveAt(lock: VirtualLock): string[] {
  const users = lock.users().filter(({ userStatus }) => userStatus === 1);
  return users.map(({ pinCode }) => pinCode.reveal()).sort();
}

/** Every file below a folder, in bytes as text. */
function contentsOf(folder: string): [path: string, text: string][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, "latin1")]);
}

/** Matches a whole code in each form in which a file may contain it. */
function writtenDown(code: string): RegExp {
  const hex = Buffer.from(code).toString("hex");
  const bytes = [...Buffer.from(code)].join(", ?");
  const base64 = Buffer.from(code).toString("base64").replace(/=+$/, "");
  return new RegExp(`(?<![0-9A-Za-z_.-])(${code}|${hex}|${bytes}|${base64})(?![0-9A-Za-z_.-])`);
}

describe(`a daemon that is killed ${kills} times`, { timeout: 300_000 + kills * roundMs }, () => {
  const random = new VirtualTime(seed);
  const sent: (Sent & { readonly lock: VirtualLock })[] = [];
  const codes = ["918111", "918222"];
  let rig: CloudHouse;
  let cloud: Cloud;
  let daemon: DaemonProcess;

  const draw = (below: number) => Math.floor(random.random() * below);
  const pick = <T>(choices: readonly T[]): T => {
    const choice = choices[draw(choices.length)];
    assert.ok(choice !== undefined);
    return choice;
  };
  const freshCode = () => {
    const code = String(918_300 + codes.length);
    codes.push(code);
    return code;
  };
  const uuidOf = (lock: VirtualLock) => `0x${lock.ieee}`;

  before(async () => {
    rig = await CloudHouse.start("kills");
    cloud = rig.cloud;
    daemon = rig.daemon({ log: { level: "trace", format: "json" } });
    await daemon.start();
    await cloud.online(gatewayId);
    await rig.permitJoin();
    for (const [index, profile] of (["LATCH-ZCL-1", "LATCH-ZCL-1"] as const).entries()) {
      const lock = await rig.pairLock({
        profile,
        quirks: {
          pinUsers: 14,
          ...(index === 1 ? { getPin: "masked", sendPinOverTheAir: "readOnly" } : {}),
        },
      });
      const params = { uuid: uuidOf(lock), is_default: 1, password: codes[index] };
      const { ErrNo } = await cloud.command(gatewayId, "add_password", params);
      assert.equal(ErrNo, 0);
    }
  });
  after(async () => {
    await daemon.kill();
    await rig.close();
  });

  /** Sends a random command of the cloud without waiting for an answer. */
  async function sendSomething(): Promise<void> {
    const lock = pick(rig.house.locks());
    const uuid = uuidOf(lock);
    const command = pick([
      "add_password",
      "add_password",
      "update_password",
      "delete_password",
      "frozen_password",
      "unfrozen_password",
    ]);
    const isCoded = command === "add_password" || command === "update_password";
    const params = {
      uuid,
      ...(isCoded ? { password: freshCode() } : {}),
      ...(command === "add_password" ? {} : { password_id: 1 + draw(12) }),
    };
    const id = `command ${sent.length}`;
    sent.push({ id, command, params, lock });
    await cloud.send(gatewayId, command, params, { id });
    // A cloud that does not know whether a command arrived sends it again.
    if (draw(4) === 0) await cloud.send(gatewayId, command, params, { id });
  }

  /** Ids of the passwords that the gateway lists, except the administrator's. */
  async function idsAt(lock: VirtualLock): Promise<string> {
    const reply = await cloud.command(gatewayId, "fetch_passwords", { uuid: uuidOf(lock) });
    assert.ok(Array.isArray(reply["passwords"]));
    const ids: number[] = reply["passwords"].map(({ id }) => id);
    return ids.filter((id) => id !== 999).join();
  }

  it("keeps every promise that it acknowledged", async (test) => {
    for (let round = 0; round < kills; round += 1) {
      for (let count = 1 + draw(3); count > 0; count -= 1) await sendSomething();
      // Most kills come before the stick is up. Some come while the gateway sends to the locks.
      await pause(draw(4) === 0 ? draw(4_000) : draw(500));
      await daemon.kill();
      const started = daemon.start();
      // In some rounds the daemon is killed again while it starts.
      if (draw(5) === 0) {
        await pause(draw(600));
        await Promise.all([daemon.kill(), started.catch(() => {})]);
        await daemon.start();
      } else {
        await started;
      }
    }

    const beliefs = new Map(rig.house.locks().map((lock) => [lock, new Belief()]));
    const answered: { readonly command: (typeof sent)[number]; readonly reply: CloudReply }[] = [];
    for (const command of sent) {
      answered.push({ command, reply: await cloud.reply(gatewayId, command.id, settleMs) });
    }
    answered.sort((a, b) => a.reply.seq - b.reply.seq);
    for (const { command, reply } of answered) {
      assert.ok([0, 15006, 16001].includes(reply.ErrNo), `${command.id}: ${reply.ErrMsg}`);
      beliefs.get(command.lock)?.take(command, reply);
    }
    const accepted = answered.filter(({ reply }) => reply.ErrNo === 0).length;
    test.diagnostic(
      `${kills} kills, ${sent.length} commands, all answered, ${accepted} accepted, 0 lost; seed ${seed}`,
    );
    for (const [index, [lock, belief]] of [...beliefs].entries()) {
      const wanted = [codes[index], ...belief.live()].sort().join();
      const endMs = performance.now() + settleMs;
      while (liveAt(lock).join() !== wanted) {
        assert.ok(
          performance.now() < endMs,
          `lock ${index} holds ${liveAt(lock).join()}, wanted is ${wanted}; seed ${seed}`,
        );
        await pause(50);
      }
      // The gateway lists a deleted password until a read shows that its slot is empty.
      const ids = [...belief.codes.keys()].sort((a, b) => a - b).join();
      while ((await idsAt(lock)) !== ids) {
        assert.ok(performance.now() < endMs, `lock ${index}: ${await idsAt(lock)}, not ${ids}`);
        await pause(100);
      }
    }
  });

  it("has sent everything in one journal, without a hole and without a number used twice", () => {
    const view = cloud.gateway(gatewayId);
    assert.equal(view.epochs.length, 1);
    assert.deepEqual(view.malformed, []);
    assert.deepEqual(view.gaps, []);
    assert.ok(view.head > sent.length);
    const idBySeq = new Map<unknown, unknown>();
    for (const { topic, body } of rig.broker.published) {
      if (!/\/up\/(reply|event)$/.test(topic)) continue;
      const { seq, id }: Fields = JSON.parse(body);
      assert.equal(idBySeq.get(seq) ?? id, id, `number ${seq} was used twice`);
      idBySeq.set(seq, id);
    }
  });

  it("has reported the lock's outcome of every accepted command", async () => {
    const endMs = performance.now() + settleMs;
    for (const lock of rig.house.locks()) {
      for (;;) {
        const reply = await cloud.command(gatewayId, "fetch_passwords", { uuid: uuidOf(lock) });
        assert.ok(Array.isArray(reply["passwords"]));
        const stages = reply["passwords"].map(({ id, operation, operation_stage: stage }) => ({
          id,
          operation,
          stage,
        }));
        const open = stages.filter(({ stage }) => stage !== 3);
        if (open.length === 0) break;
        assert.ok(performance.now() < endMs, `still to be ended: ${JSON.stringify(open)}`);
        await pause(100);
      }
    }
  });

  it("has no code in its log or in its files", async () => {
    assert.equal(await daemon.stop(), 0);
    const texts = contentsOf(join(rig.folder, "data"));
    assert.ok(texts.length > 5);
    for (const name of ["coordinator_backup.json", "database.db"]) {
      assert.ok(
        texts.some(([path]) => path.endsWith(name)),
        name,
      );
    }
    texts.push(["the log", daemon.logLines.join("\n")]);
    for (const code of codes) {
      const pattern = writtenDown(code);
      for (const [path, text] of texts) assert.ok(!pattern.test(text), `${code} in ${path}`);
    }
  });
});
