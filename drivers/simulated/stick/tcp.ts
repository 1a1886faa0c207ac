import { createServer, type Server, type Socket } from "node:net";
import type { LineEnd, StickEnd } from "./serial-line.ts";

export interface TcpAddress {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** A host that does not read is disconnected when this many bytes wait for it. */
const unreadBytes = 1024 * 1024;

/** The stick's serial port as a network bridge offers it: one host, the latest. */
export class TcpListener {
  readonly #connect: (end: LineEnd) => StickEnd;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #address: TcpAddress;

  constructor(address: TcpAddress, connect: (end: LineEnd) => StickEnd) {
    this.#address = address;
    this.#connect = connect;
  }

  /** Where it listens; the port is the real one once {@link open} has resolved. */
  get address(): TcpAddress {
    return this.#address;
  }

  /** Starts to listen. @throws the socket's error, such as EADDRINUSE */
  async open(): Promise<void> {
    if (this.#server !== null) return;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#address.port, this.#address.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
    const bound = server.address();
    if (bound !== null && typeof bound === "object") {
      this.#address = { host: this.#address.host, port: bound.port };
    }
  }

  /** Refuses connections and closes the open ones; {@link open} listens again. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server === null || !server.listening) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const stickEnd = this.#connect({
      write: (bytes) => {
        if (socket.writableLength > unreadBytes) socket.destroy();
        else if (socket.writable) socket.write(bytes);
      },
      // What was written goes out; a host that does not close its half is cut off.
      close: () => socket.destroySoon(),
    });
    socket.on("data", (bytes: Buffer) => stickEnd.receive(bytes));
    // "close" follows: a reset by the host is the same as its leaving.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      stickEnd.closed();
    });
  }
}
