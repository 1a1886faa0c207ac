import assert from "node:assert/strict";
import { type ExampleHouse, gatewayId } from "./example-house.ts";
import type { TappedMessage } from "./wire-tap.ts";

const seconds = () => Math.floor(Date.now() / 1000);

/** One message of the conversation, with the sentence that stands before it. */
export interface ConversationStep {
  readonly text: string;
  readonly message: TappedMessage;
}

type Step = readonly [text: string, channel: string, mark: string];

const steps: readonly Step[] = [
  ["The cloud opens the network for a lock.", "down/command", '"id":"c-1"'],
  ["The gateway has it on disk.", "up/reply", '"id":"c-1"'],
  ["The lock has joined and was probed.", "up/event", '"lockPaired"'],
  ["The first password of a lock is the administrator's.", "down/command", '"id":"c-2"'],
  ["Accepted, and on disk; the lock does not have it yet.", "up/reply", '"id":"c-2"'],
  ["The lock has confirmed it.", "up/event", '"password_id":999'],
  ["A guest's code, until tomorrow.", "down/command", '"id":"c-3"'],
  ["Accepted.", "up/reply", '"id":"c-3"'],
  ["The guest's code opens the door from now on.", "up/event", '"password_id":1'],
  ["The guest opens the door.", "up/event", '"lockerOpenAlarm"'],
  [
    "The broker is lost: its will says so, unless the broker itself has gone, as here. When it is back, the gateway sends its birth: `head` says how far the journal goes.",
    "up/state",
    '"online"',
  ],
  [
    "What happened in between comes now, with its own time: the guest again,",
    "up/event",
    '"lockerOpenAlarm"',
  ],
  ["the loss,", "up/event", '"centerOfflineAlarm"'],
  ["and its end.", "up/event", '"clearCenterOfflineAlarm"'],
  ["The cloud misses a number, and asks for everything from there on.", "down/sync", '"replay"'],
  ["The gateway sends it again, under the same numbers and ids.", "up/event", '"lockerOpenAlarm"'],
  ["The cloud says that it holds everything up to here.", "down/sync", '"epoch"'],
  [
    "The guest leaves early: the cloud says what the lock should have, and no more.",
    "down/sync",
    '"snapshot"',
  ],
  ["Accepted whole, or refused whole.", "up/reply", '"id":"c-5"'],
  [
    "The lock has cleared the guest's code: it opens nothing any more.",
    "up/event",
    '"operation":2',
  ],
];

/**
 * A pairing, the administrator's code, a guest's code, a broker that is lost, a replay and a snapshot.
 * @returns its messages as the broker carried them
 */
export async function conversation(example: ExampleHouse): Promise<readonly ConversationStep[]> {
  const { house, cloud, tap } = example;
  const from = tap.messages.length;
  const lock = house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 10 } });
  const uuid = `0x${lock.ieee}`;
  await example.must("permit_join", { seconds: 254 }, "c-1");
  await example.join(lock);
  await example.confirmed("add_password", { uuid, password: "908172", is_default: 1 }, "c-2");
  const guest = { password: "417263", name: "guest", permission_end: seconds() + 86_400 };
  await example.confirmed("add_password", { uuid, ...guest }, "c-3");
  lock.keypad("417263");
  const opened = await example.event("lockerOpenAlarm");
  await example.heard();
  await example.broker.kill();
  lock.turnKnob("lock");
  lock.keypad("417263");
  // A loss that is shorter than a second has no event.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  // The birth is sent once: the tap must be there before the gateway.
  example.daemon.pause();
  await example.broker.restart();
  await tap.hearAgain();
  example.daemon.resume();
  await example.event("clearCenterOfflineAlarm");
  const again = await example.event("lockerOpenAlarm", ({ seq }) => seq > opened.seq);
  // Without this the tap may hear it for the first time after the question, and that would count as the replay.
  await example.heard();
  const sent = tap.messages.length;
  await cloud.replay(gatewayId, again.seq);
  await example.until("the replay", () =>
    tap.messages.slice(sent).some(({ body }) => body["seq"] === again.seq) ? true : null,
  );
  const { head } = cloud.gateway(gatewayId);
  await cloud.acknowledge(gatewayId, again.epoch, head);
  const kept = [{ password_id: 999, revision: await administratorRevision(example, uuid) }];
  const reply = await cloud.snapshot(gatewayId, { uuid, passwords: kept }, { id: "c-5" });
  assert.equal(reply.ErrNo, 0, reply.ErrMsg);
  await example.event("pwdOperation", ({ seq }) => seq > reply.seq);
  await example.heard();
  return found(tap.messages.slice(from));
}

async function administratorRevision(example: ExampleHouse, uuid: string): Promise<number> {
  const { passwords } = await example.local("fetch_passwords", { uuid });
  assert.ok(Array.isArray(passwords));
  return Number(passwords.find(({ id }) => id === 999)?.revision);
}

/** Finds the messages of the steps, each after the one before. */
function found(messages: readonly TappedMessage[]): readonly ConversationStep[] {
  let next = 0;
  return steps.map(([text, channel, mark]) => {
    const at = messages.findIndex(
      (one, index) =>
        index >= next && one.channel === channel && JSON.stringify(one.body).includes(mark),
    );
    const message = messages[at];
    assert.ok(message !== undefined, `no message for: ${text}`);
    next = at + 1;
    return { text, message };
  });
}
