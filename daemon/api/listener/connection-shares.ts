import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { addressBlock } from "./address-block.ts";

export interface ConnectionLimits {
  /** Connections of one listener at a time. */
  readonly maxConnections: number;
  /** Of these, how many one address may have (an IPv6 network of 64 bits counts as one). */
  readonly maxPerAddress: number;
}

interface Connection {
  readonly socket: Socket;
  readonly from: string;
  /** The request on it, from its headers until its answer has left; null = none. */
  request: IncomingMessage | null;
}

/**
 * Shares the connections of one listener. A new connection to a full listener, or of an address that has its
 * share, closes the oldest connection without a whole request. A connection whose whole request is being
 * answered is never closed for another; if there are only such connections, the new one is closed.
 */
export class ConnectionShares {
  readonly #limits: ConnectionLimits;
  /** The oldest first. */
  readonly #open = new Map<Socket | string, Connection>();

  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits;
    server.on("connection", (socket: Socket) => this.#opened(socket));
    server.on("request", (request: IncomingMessage, response: ServerResponse) =>
      this.#requested(request, response),
    );
  }

  #opened(socket: Socket): void {
    const { maxConnections, maxPerAddress } = this.#limits;
    const from = socket.remoteAddress === undefined ? "local" : addressBlock(socket.remoteAddress);
    const ofAddress = [...this.#open.values()].filter((connection) => connection.from === from);
    const isShareUsed = from !== "local" && ofAddress.length >= maxPerAddress;
    if (isShareUsed && !this.#evict(ofAddress)) {
      socket.destroy();
      return;
    }
    if (this.#open.size >= maxConnections && !this.#evict(this.#byLargestShare())) {
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    this.#open.set(key, { socket, from, request: null });
    socket.once("close", () => {
      if (this.#open.get(key)?.socket === socket) this.#open.delete(key);
    });
  }

  #requested(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(keyOf(request.socket));
    if (connection === undefined) return;
    connection.request = request;
    response.once("close", () => {
      if (connection.request === request) connection.request = null;
    });
  }

  /** Closes the first of these that has no whole request. @returns whether there was one */
  #evict(connections: readonly Connection[]): boolean {
    const idle = connections.find(({ request }) => request?.complete !== true);
    if (idle === undefined) return false;
    idle.socket.destroy();
    this.#open.delete(keyOf(idle.socket));
    return true;
  }

  /** Returns every connection: first those of the address with the most, among equals the oldest. */
  #byLargestShare(): readonly Connection[] {
    const counts = new Map<string, number>();
    for (const { from } of this.#open.values()) counts.set(from, (counts.get(from) ?? 0) + 1);
    return [...this.#open.values()].sort(
      (left, right) => (counts.get(right.from) ?? 0) - (counts.get(left.from) ?? 0),
    );
  }
}

/** Returns a key by port, because a request over TLS has another socket object than its connection. */
function keyOf(socket: Socket): Socket | string {
  const { remoteAddress, remotePort } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort}`;
}
