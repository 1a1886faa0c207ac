import { type Figure, spreadOf, sumOf } from "./figures.ts";
import { nowNs } from "./monotonic.ts";
import { numberIn } from "./processes/line-process.ts";
import { gatewayId, lockCount, openingCode, type Rig } from "./rig.ts";

/** Between two samples, so that nothing of one waits behind the other. */
const quietMs = 40;
const warmUpRounds = 20;

const bareBody = JSON.stringify({ event: "lockerOpenAlarm", text: "x".repeat(260) });

/** An unlock frame leaves the stick → its event is at the cloud, durable first. */
export async function measureEvents(rig: Rig, rounds: number): Promise<Figure> {
  const ours: number[] = [];
  const parts = { herdsman: [] as number[], mqtt: [] as number[], put: [] as number[] };
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const lock = (round + warmUpRounds) % lockCount;
    const measured = await inTurns(
      round,
      () => ourEvent(rig, lock),
      () => bareEvent(rig, lock),
    );
    if (round < 0) continue;
    ours.push(measured.ours);
    for (const name of ["herdsman", "mqtt", "put"] as const) parts[name].push(measured.bare[name]);
  }
  return { name: "event", unit: "ms", ours: spreadOf(ours), ...sumOf(parts), target: 1.3 };
}

/**
 * The cloud publishes update_password → its setPinCode is at the stick, durable first. The slots hold
 * codes of the gateway, because it would read a slot that it only assumes to be empty before it writes there.
 */
export async function measureCommands(rig: Rig, rounds: number): Promise<Figure> {
  const ours: number[] = [];
  const parts = { mqtt: [] as number[], put: [] as number[], herdsman: [] as number[] };
  const passwordIds = await addPasswords(rig);
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    const number = round + warmUpRounds;
    const lock = number % lockCount;
    const at = { lock, number, passwordId: passwordIds[lock] };
    const measured = await inTurns(
      round,
      () => ourCommand(rig, at),
      () => bareCommand(rig, at),
    );
    if (round < 0) continue;
    ours.push(measured.ours);
    for (const name of ["mqtt", "put", "herdsman"] as const) parts[name].push(measured.bare[name]);
  }
  return { name: "command", unit: "ms", ours: spreadOf(ours), ...sumOf(parts), target: 1.3 };
}

/** latchd and the bare parts take turns at going first, so that other load on the machine affects both equally. */
async function inTurns<B>(
  round: number,
  ours: () => Promise<number>,
  bare: () => Promise<B>,
): Promise<{ readonly ours: number; readonly bare: B }> {
  if (round % 2 === 0) {
    const first = await ours();
    return { ours: first, bare: await bare() };
  }
  const first = await bare();
  return { bare: first, ours: await ours() };
}

async function ourEvent({ ours, ear }: Rig, lock: number): Promise<number> {
  const uuid = `"0x${ours.ieees[lock]}"`;
  const left = ours.process.next("an unlock frame", (fields) => fields["frame"] === "event");
  const arrived = ear.next(
    "lockerOpenAlarm",
    ({ topic, body }) =>
      topic.endsWith("/up/event") && body.includes('"lockerOpenAlarm"') && body.includes(uuid),
  );
  await ours.process.ask("unlock", { lock, code: openingCode });
  const [{ atNs }, frame] = await Promise.all([arrived, left]);
  await quiet();
  await ours.process.ask("lock", { lock, code: openingCode });
  await quiet();
  return (atNs - numberIn(frame, "atNs")) / 1e6;
}

async function bareEvent({ bare, herdsman, edge, ear }: Rig, lock: number) {
  const left = bare.process.next("an unlock frame", (fields) => fields["frame"] === "event");
  const heard = herdsman.process.next("its message", (fields) => fields["heard"] === "event");
  await bare.process.ask("unlock", { lock, code: openingCode });
  const [frame, message] = await Promise.all([left, heard]);
  await quiet();
  await bare.process.ask("lock", { lock, code: openingCode });
  await quiet();
  const arrived = ear.next("the bare event", ({ topic }) => topic === "bench/bare/up");
  const [{ atNs }, sent] = await Promise.all([arrived, edge.ask("publish", { body: bareBody })]);
  await quiet();
  return {
    herdsman: (numberIn(message, "atNs") - numberIn(frame, "atNs")) / 1e6,
    mqtt: (atNs - numberIn(sent, "atNs")) / 1e6,
    put: await barePut(edge),
  };
}

interface CommandAt {
  readonly lock: number;
  readonly number: number;
  readonly passwordId: unknown;
}

function codeOf(number: number): string {
  return String(200_000 + number);
}

/** One password on each lock, beside the one that opens. @returns their ids. */
async function addPasswords({ cloud, ours }: Rig): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (const [lock, ieee] of ours.ieees.entries()) {
    const params = { uuid: `0x${ieee}`, password: codeOf(lock - lockCount), name: "bench" };
    const reply = await cloud.command(gatewayId, "add_password", params);
    if (reply.ErrNo !== 0) throw new Error(`add_password: ${reply.ErrMsg}`);
    await cloud.event(gatewayId, "pwdOperation", (event) => event.seq > reply.seq);
    ids.push(reply["password_id"]);
  }
  return ids;
}

function updateOf(ieee: string | undefined, { number, passwordId }: CommandAt): string {
  const params = { uuid: `0x${ieee}`, password_id: passwordId, password: codeOf(number) };
  return JSON.stringify({ id: `bench-${number}`, command: "update_password", params });
}

async function ourCommand({ ours, ear }: Rig, at: CommandAt): Promise<number> {
  const body = updateOf(ours.ieees[at.lock], at);
  const came = ours.process.next("setPinCode", (fields) => fields["frame"] === "setPinCode");
  const done = ear.next("pwdOperation", ({ body: reported }) =>
    reported.includes('"pwdOperation"'),
  );
  const { atNs, taken } = ear.publish(`latch/1/${gatewayId}/down/command`, body);
  const [frame] = await Promise.all([came, done, taken]);
  await quiet();
  return (numberIn(frame, "atNs") - atNs) / 1e6;
}

async function bareCommand({ bare, herdsman, edge, ear }: Rig, at: CommandAt) {
  const { lock, number } = at;
  const body = updateOf(bare.ieees[lock], at);
  const received = edge.next("the bare command", (fields) => fields["received"] === "down");
  const sent = ear.publish("bench/bare/down", body);
  const arrival = await received;
  await sent.taken;
  await quiet();
  const put = await barePut(edge);
  const came = bare.process.next("setPinCode", (fields) => fields["frame"] === "setPinCode");
  const fields = { ieee: bare.ieees[lock], userId: 2, code: codeOf(number) };
  const [frame, called] = await Promise.all([came, herdsman.process.ask("command", fields)]);
  await quiet();
  return {
    mqtt: (numberIn(arrival, "atNs") - sent.atNs) / 1e6,
    put,
    herdsman: (numberIn(frame, "atNs") - numberIn(called, "atNs")) / 1e6,
  };
}

async function barePut(edge: Rig["edge"]): Promise<number> {
  const took = numberIn(await edge.ask("put"), "tookNs") / 1e6;
  await quiet();
  return took;
}

function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, quietMs));
}

/** ms since `startNs`. */
export function sinceMs(startNs: number): number {
  return (nowNs() - startNs) / 1e6;
}
