/**
 * A cloud for one guest's stay, in TypeScript.
 *
 *   node examples/guest-stay.mts mqtt://127.0.0.1:1883 gw-17 --state stay.json
 *
 * (Node 22.18 or later runs it as it is; compile it for older ones.) It opens the network, waits for a lock, sets the
 * administrator's code and a guest's code, waits until the guest has opened the door, and revokes the code. Broker,
 * gateway and this program may be restarted in between: its position in the gateway's journal is in the state file, and
 * what it missed it asks for again (docs/mqtt.md).
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { connectAsync, type MqttClient } from "mqtt";
import { Journal, ReplyPages } from "./journal.mjs";

/** A JSON object from the gateway. */
type Fields = Readonly<Record<string, unknown>>;

interface Reply extends Fields {
  readonly id: string;
  readonly ErrNo: number;
  readonly ErrMsg: string;
  readonly seq: number;
}

interface GatewayEvent extends Fields {
  readonly event: string;
  readonly uuid: string;
  readonly seq: number;
  readonly detail?: Fields;
}

const stepLimitMs = 120_000;
const sendAgainMs = 5_000;

/** One gateway, as its cloud sees it. */
class Cloud {
  readonly #client: MqttClient;
  readonly #gateway: string;
  readonly #stateFile: string;
  readonly #journal = new Journal();
  readonly #pages = new ReplyPages();
  readonly #events: GatewayEvent[] = [];
  readonly #replies = new Map<string, Reply>();
  readonly #watchers = new Set<() => void>();

  private constructor(client: MqttClient, gateway: string, stateFile: string) {
    this.#client = client;
    this.#gateway = gateway;
    this.#stateFile = stateFile;
    if (existsSync(stateFile)) this.#journal.startAt(JSON.parse(readFileSync(stateFile, "utf8")));
    client.on("message", (topic, payload, { retain }) => {
      this.#receive(topic.split("/").at(-1) ?? "", JSON.parse(payload.toString()), retain);
      for (const look of [...this.#watchers]) look();
    });
    client.on("error", ({ message }) => console.error(`broker: ${message}`));
  }

  /** Connects with a session that outlives the connection, and subscribes again whenever it has to. */
  static async connect(broker: string, gateway: string, stateFile: string): Promise<Cloud> {
    const client = await connectAsync(broker, {
      clientId: `stay-${gateway}`,
      clean: false,
      protocolVersion: 4,
      reconnectPeriod: 500,
    });
    const cloud = new Cloud(client, gateway, stateFile);
    await client.subscribeAsync(`latch/1/${gateway}/up/+`, { qos: 1 });
    return cloud;
  }

  /**
   * Sends a command until its reply is there. Its id makes it act once, however often it comes.
   * @throws Error with the gateway's message, which names the field at fault
   */
  async command(name: string, params: Fields): Promise<Reply> {
    const id = randomUUID();
    const send = () => this.#send("command", { id, command: name, params });
    const timer = setInterval(send, sendAgainMs);
    send();
    const reply = await this.#until(`the reply to ${name}`, () => this.#replies.get(id));
    clearInterval(timer);
    if (reply.ErrNo !== 0) throw new Error(`${name}: ${reply.ErrNo} ${reply.ErrMsg}`);
    return reply;
  }

  /** Returns the first event of this name that is it; it may have come already. */
  event(name: string, isIt: (event: GatewayEvent) => boolean = () => true): Promise<GatewayEvent> {
    return this.#until(`the event ${name}`, () =>
      this.#events.find((event) => event.event === name && isIt(event)),
    );
  }

  /** Sends a password command and waits until the lock has done it. @returns the password's id */
  async confirmed(name: string, params: Fields): Promise<unknown> {
    const reply = await this.command(name, params);
    const id = reply["password_id"] ?? params["password_id"];
    const done = await this.event(
      "pwdOperation",
      ({ seq, detail }) => seq > reply.seq && detail?.["password_id"] === id,
    );
    if (done.detail?.["operation_stage"] !== 3) {
      throw new Error(`the lock refused ${name}: ${done.detail?.["reason"]}`);
    }
    return id;
  }

  async close(): Promise<void> {
    await this.#client.endAsync();
  }

  #receive(kind: string, part: Fields, isRetained: boolean): void {
    if (kind === "state") {
      this.#receiveBirth(part, isRetained);
      return;
    }
    const record = this.#pages.take(part);
    if (record === null) return;
    const { epoch, seq } = record;
    if (typeof epoch === "string" && typeof seq === "number") {
      if (!this.#journal.take(epoch, seq)) return;
      this.#closeGap(record);
      this.#keepPosition();
      if (this.#journal.hasGap) this.#askForReplay();
      this.#send("sync", { epoch, seq: this.#journal.head });
    }
    if (isEvent(record)) this.#events.push(record);
    else if (isReply(record)) this.#replies.set(record.id, record);
  }

  /** A birth says how far the journal goes: the broker may have lost its end. */
  #receiveBirth({ state, epoch, head, tail }: Fields, isRetained: boolean): void {
    if (state !== "online" || typeof epoch !== "string") return;
    if (epoch !== this.#journal.epoch) this.#journal.startAt({ epoch, head: Number(tail) - 1 });
    if (isRetained || Number(head) > this.#journal.head) this.#askForReplay();
  }

  /** A `journalGap` that is final says that these numbers will never come. */
  #closeGap({ event, detail }: Fields): void {
    const { from, to, reason } = Object(detail);
    const isFinal = reason === "folded" || reason === "pruned";
    if (event === "journalGap" && isFinal) this.#journal.close(from, to);
  }

  /** The position is on disk before the gateway learns of it, whole or not at all. */
  #keepPosition(): void {
    const { epoch, head } = this.#journal;
    writeFileSync(`${this.#stateFile}.new`, JSON.stringify({ epoch, head }));
    renameSync(`${this.#stateFile}.new`, this.#stateFile);
  }

  #askForReplay(): void {
    this.#send("sync", { replay: { from: this.#journal.head + 1 } });
  }

  #send(kind: "command" | "sync", body: Fields): void {
    if (!this.#client.connected) return;
    this.#client.publish(`latch/1/${this.#gateway}/down/${kind}`, JSON.stringify(body), { qos: 1 });
  }

  /** Calls `find` now and after each message, until it returns something. */
  #until<T>(what: string, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${what} did not come`)), stepLimitMs);
      const look = () => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }
}

function isEvent(fields: Fields): fields is GatewayEvent {
  return typeof fields["event"] === "string";
}

function isReply(fields: Fields): fields is Reply {
  return typeof fields["id"] === "string" && typeof fields["ErrNo"] === "number";
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    state: { type: "string", default: "stay.json" }, // file that keeps the position in the journal
    administrator: { type: "string", default: "908172" },
    guest: { type: "string", default: "417263" },
  },
});
const [broker = "mqtt://127.0.0.1:1883", gateway = ""] = positionals;
const cloud = await Cloud.connect(broker, gateway, values.state);

await cloud.command("permit_join", { seconds: 120 });
console.log("the network is open");
const { uuid } = await cloud.event("lockPaired");
console.log(`paired ${uuid}`);
await cloud.confirmed("add_password", { uuid, is_default: 1, password: values.administrator });
console.log("the lock has the administrator's code");
const stay = { name: "guest", permission_end: Math.floor(Date.now() / 1000) + 86_400 };
const guest = await cloud.confirmed("add_password", { uuid, password: values.guest, ...stay });
console.log("the lock has the guest's code");
const opened = await cloud.event("lockerOpenAlarm", ({ detail }) => detail?.["sourceid"] === guest);
console.log(`opened by ${opened.detail?.["source_name"]}`);
await cloud.confirmed("delete_password", { uuid, password_id: guest });
console.log("the guest's code is revoked");
await cloud.close();
