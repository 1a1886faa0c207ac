import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import mqttPacket, {
  type IConnackPacket,
  type IConnectPacket,
  type IPublishPacket,
  type Packet,
} from "mqtt-packet";
import { within } from "../within.ts";

/** A TCP server on 127.0.0.1 that keeps its port over restarts and can cut what is connected. */
class PortServer {
  readonly #onSocket: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  constructor(onSocket: (socket: Socket) => void) {
    this.#onSocket = onSocket;
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      socket.setNoDelay(true);
      this.#onSocket(socket);
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert(typeof address === "object" && address !== null);
    this.#port = address.port;
    this.#server = server;
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    const closed = once(server, "close");
    server.close();
    this.cut();
    await closed;
  }
}

/**
 * A well-behaved broker in this process: aedes, MQTT 3.1.1 (it refuses MQTT 5).
 * A restart comes back on the same port without its state: no session, no retained
 * message.
 */
export class TestBroker {
  readonly #server: PortServer;
  #aedes: Aedes | null = null;
  /** Every PUBLISH that a client sent, in order. */
  readonly published: {
    readonly topic: string;
    readonly body: string;
    readonly clientId: string;
  }[] = [];
  /** Client ids of every CONNECT that was accepted, in order. */
  readonly connects: string[] = [];

  private constructor() {
    this.#server = new PortServer((socket) => this.#aedes?.handle(socket));
  }

  static async start(): Promise<TestBroker> {
    const broker = new TestBroker();
    await broker.restart();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#server.port}`;
  }

  /** Comes (back) up on its port; kills what was running. */
  async restart(): Promise<void> {
    await this.kill();
    const aedes = await Aedes.createBroker({
      queueLimit: 100_000,
      // Recorded before it is acknowledged: aedes emits `publish` only after the PUBACK.
      authorizePublish: (client, { topic, payload }, done) => {
        if (client !== null) {
          this.published.push({ topic, body: payload.toString(), clientId: client.id });
        }
        done(null);
      },
    });
    aedes.on("clientReady", (client) => this.connects.push(client.id));
    this.#aedes = aedes;
    await this.#server.listen();
  }

  /** Ends at once, and loses its state. */
  async kill(): Promise<void> {
    const aedes = this.#aedes;
    this.#aedes = null;
    await this.#server.close();
    if (aedes !== null) await new Promise<void>((resolve) => aedes.close(() => resolve()));
  }

  /** Cuts every connection and stays up; sessions and retained messages are kept. */
  dropConnections(): void {
    this.#server.cut();
  }

  /** Ends the broker for good. */
  stop(): Promise<void> {
    return this.kill();
  }
}

/** One connection to a {@link ScriptedBroker}: real bytes both ways, every packet to the script's taste. */
export class ScriptedConnection {
  readonly socket: Socket;
  readonly #parser = mqttPacket.parser();
  readonly #unread: Packet[] = [];
  readonly #waiting = new Set<() => void>();
  #isClosed = false;
  #protocolVersion = 4;
  /** Everything received so far, in order. */
  readonly received: Packet[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    this.#parser.on("packet", (packet) => {
      if (packet.cmd === "connect") this.#protocolVersion = packet.protocolVersion ?? 4;
      this.received.push(packet);
      this.#unread.push(packet);
      this.#wake();
    });
    socket.on("data", (bytes) => this.#parser.parse(bytes));
    socket.on("close", () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The next packet that is a `command`; others before it are passed over (they stay in `received`). */
  async next<C extends Packet["cmd"]>(command: C): Promise<Extract<Packet, { cmd: C }>> {
    const isThis = (packet: Packet): packet is Extract<Packet, { cmd: C }> =>
      packet.cmd === command;
    return await within(10_000, `a ${command} packet`, async () => {
      for (;;) {
        for (let packet = this.#unread.shift(); packet; packet = this.#unread.shift()) {
          if (isThis(packet)) return packet;
        }
        if (this.#isClosed) throw new Error(`connection closed before a ${command} packet`);
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    });
  }

  async closed(): Promise<void> {
    await within(10_000, "the connection to close", async () => {
      while (!this.#isClosed) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    });
  }

  send(packet: Packet): void {
    this.socket.write(this.bytesOf(packet));
  }

  bytesOf(packet: Packet): Buffer {
    return mqttPacket.generate(packet, { protocolVersion: this.#protocolVersion });
  }

  /** CONNECT accepted, subscriptions granted at QoS 1, birth acknowledged: the link is up. */
  async welcome(
    properties: NonNullable<IConnackPacket["properties"]> = {},
  ): Promise<{ readonly connect: IConnectPacket; readonly birth: IPublishPacket }> {
    const connect = await this.next("connect");
    this.send({ cmd: "connack", returnCode: 0, reasonCode: 0, sessionPresent: false, properties });
    const subscribe = await this.next("subscribe");
    this.send({
      cmd: "suback",
      messageId: idOf(subscribe),
      granted: subscribe.subscriptions.map(() => 1),
    });
    const birth = await this.next("publish");
    this.acknowledge(birth);
    return { connect, birth };
  }

  acknowledge(packet: Packet): void {
    this.send({ cmd: "puback", messageId: idOf(packet), reasonCode: 0 });
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

export function idOf(packet: Packet): number {
  assert(packet.messageId !== undefined, `${packet.cmd} has a packet id`);
  return packet.messageId;
}

/** A broker that a test controls packet by packet: MQTT 5 and 3.1.1. */
export class ScriptedBroker {
  readonly #server: PortServer;
  readonly #unread: ScriptedConnection[] = [];
  readonly #waiting = new Set<() => void>();
  /** Connections made so far. */
  readonly connections: ScriptedConnection[] = [];

  private constructor() {
    this.#server = new PortServer((socket) => {
      const connection = new ScriptedConnection(socket);
      this.connections.push(connection);
      this.#unread.push(connection);
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
    });
  }

  static async start(): Promise<ScriptedBroker> {
    const broker = new ScriptedBroker();
    await broker.#server.listen();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#server.port}`;
  }

  /** The next connection that nobody has asked for yet. */
  async nextConnection(): Promise<ScriptedConnection> {
    return await within(10_000, "a connection", async () => {
      for (;;) {
        const connection = this.#unread.shift();
        if (connection !== undefined) return connection;
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    });
  }

  stop(): Promise<void> {
    return this.#server.close();
  }
}
