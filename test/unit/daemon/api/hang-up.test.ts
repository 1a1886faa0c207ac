import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { ServedHouse } from "../../../support/radio/served-house.ts";
import { receivedFrames } from "../../../support/received-frames.ts";
import { post } from "../../../support/rest/rest-client.ts";
import { within } from "../../../support/within.ts";

const limitMs = 30_000;
/** A revocation is on the radio within so long, whatever people have started. */
const revocationMs = 5_000;
const getPinCode = "06";
const clearPinCode = "07";
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a technician who starts scans of a lock and hangs up", { timeout: 120_000 }, () => {
  let served: ServedHouse;
  let token = "";
  before(async () => {
    served = await ServedHouse.open();
    const client = { client_id: "site", scope: "technician" };
    const { client_secret } = await served.call("client_add", client);
    const path = "/openapi/v1/access_token";
    const { body } = await post(served.tcp, path, { client_id: "site", client_secret });
    token = String(body["access_token"]);
    const administrator = { uuid: served.uuid, is_default: 1, password: "135790" };
    assert.equal((await served.call("add_password", administrator)).ErrNo, 0);
    await opens("135790");
  });
  after(() => served.close());

  const holds = (code: string) =>
    served.lock.users().some(({ pinCode }) => pinCode.reveal() === code);
  async function opens(code: string): Promise<void> {
    await within(limitMs, `${code} in the lock`, async () => {
      while (!holds(code)) await pause(20);
    });
  }

  /** Sends a scan of 32 slots on a connection of its own, and what is answered. */
  function scan(): { readonly socket: Socket; answer: string } {
    const body = JSON.stringify({ uuid: served.uuid, from: 5, count: 32 });
    const socket = connect({ host: "127.0.0.1", port: served.tcp.port });
    const sent = { socket, answer: "" };
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      sent.answer += bytes.toString();
    });
    const head = `host: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json`;
    socket.write(
      `POST /openapi/v1/scan_lock HTTP/1.1\r\n${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    return sent;
  }

  const readsIn = (frames: readonly string[]) =>
    frames.filter((frame) => frame.startsWith(getPinCode)).length;

  it("has nothing more sent to the lock", async () => {
    const frames = receivedFrames(served.lock);
    const { socket } = scan();
    await within(limitMs, "the first reads", async () => {
      while (readsIn(frames) < 3) await pause(5);
    });
    socket.destroy();
    await pause(300);
    const read = readsIn(frames);
    assert.ok(read < 25, `${read} reads before it could hang up`);
    await pause(1_500);
    // One may have been on its way, and the gateway itself looks at a slot now and then.
    assert.ok(readsIn(frames) <= read + 2, `${readsIn(frames) - read} reads after it hung up`);
    const again = scan();
    await within(limitMs, "the next scan's answer", async () => {
      while (!again.answer.includes("ErrNo")) await pause(10);
    });
    assert.match(again.answer, /"ErrNo":0/);
    again.socket.destroy();
  });

  it("gets one scan a lock, and keeps no revocation from the radio", async () => {
    const added = await served.call("add_password", { uuid: served.uuid, password: "864209" });
    assert.equal(added.ErrNo, 0, added.ErrMsg);
    await opens("864209");
    const frames = receivedFrames(served.lock);
    const scans: ReturnType<typeof scan>[] = [];
    for (let count = 0; count < 150; count += 1) {
      scans.push(scan());
      // The listener lets one address have 20 connections: who is answered makes room.
      if (count % 15 === 14) await pause(60);
    }
    const { password_id } = added;
    const revoked = { uuid: served.uuid, password_id };
    const beganMs = performance.now();
    assert.equal((await served.call("delete_password", revoked)).ErrNo, 0);
    await within(limitMs, "the clear", async () => {
      while (!frames.some((frame) => frame.startsWith(clearPinCode))) await pause(5);
    });
    const tookMs = performance.now() - beganMs;
    for (const { socket } of scans) socket.destroy();
    assert.ok(tookMs < revocationMs, `${Math.round(tookMs)} ms`);
    const busy = scans.filter(({ answer }) => answer.includes("are being read already"));
    assert.ok(busy.length > 10, `${busy.length} scans were refused`);
    assert.ok(readsIn(frames) <= 150, `${readsIn(frames)} reads`);
  });
});
