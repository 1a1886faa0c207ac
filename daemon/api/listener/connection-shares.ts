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
 * Shares the connections of one listener. Whoever connects gets in: in a full listener, or at the share of
 * its address, the oldest connection without a whole request is closed in its place. A connection whose
 * whole request is being answered is never closed for another; if there are only such ones, the new one
 * is closed.
 */
export class ConnectionShares {
  readonly #limits: ConnectionLimits;
  /** The oldest first. */
  readonly #open = new Map<Socket | string, Connection>();

  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits;
    server.on("connection", (socket: Socket) => this.#opened(socket));
    server.on("request", (request: IncomingMessage, response: ServerResponse) =>
      this.#asked(request, response),
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

  #asked(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(keyOf(request.socket));
    if (connection === undefined) return;
    connection.request = request;
    response.once("close", () => {
      if (connection.request === request) connection.request = null;
    });
  }

  /** Closes the first of these that has no whole request. @returns whether there was one. */
  #evict(connections: readonly Connection[]): boolean {
    const idle = connections.find(({ request }) => request?.complete !== true);
    if (idle === undefined) return false;
    idle.socket.destroy();
    this.#open.delete(keyOf(idle.socket));
    return true;
  }

  /** Every connection: those of the address with the most come first, among equals the oldest. */
  #byLargestShare(): readonly Connection[] {
    const counts = new Map<string, number>();
    for (const { from } of this.#open.values()) counts.set(from, (counts.get(from) ?? 0) + 1);
    return [...this.#open.values()].sort(
      (left, right) => (counts.get(right.from) ?? 0) - (counts.get(left.from) ?? 0),
    );
  }
}

/** A request over TLS comes on another object than its connection, but from the same port. */
function keyOf(socket: Socket): Socket | string {
  const { remoteAddress, remotePort } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort}`;
}
