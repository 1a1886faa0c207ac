import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { addressBlock } from "./address-block.ts";
import { isOfKnownCaller } from "./known-callers.ts";

export interface ConnectionLimits {
  /** Connections of one listener at a time. */
  readonly maxConnections: number;
  /** Of these, how many strangers at one address may have (an IPv6 network of 64 bits counts as one). */
  readonly maxPerAddress: number;
  /** How many more one address may have on which callers have shown a token or a session. */
  readonly maxKnownPerAddress: number;
}

interface Connection {
  readonly socket: Socket;
  readonly from: string;
  /** The socket of its requests: over TLS another object than the connection's. */
  requestSocket: Socket | null;
  /** The request on it, from its headers until its answer has left; null = none. */
  request: IncomingMessage | null;
}

/**
 * Shares the connections of one listener. A new connection to a full listener, or of an address that has its share,
 * closes the oldest connection without a whole request: a stranger's first. A connection whose whole request is being
 * answered is never closed for another; if there are only such connections, the new one is closed.
 *
 * An office or a reverse proxy is one address with many people: their connections count by themselves, so that
 * strangers beside them do not use up their share, nor they that of the next person who signs in.
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
    const from = socket.remoteAddress === undefined ? "local" : addressBlock(socket.remoteAddress);
    const ofAddress = [...this.#open.values()].filter((connection) => connection.from === from);
    if (from !== "local" && this.#isShareUsed(ofAddress) && !this.#evict(ofAddress)) {
      socket.destroy();
      return;
    }
    const isFull = this.#open.size >= this.#limits.maxConnections;
    if (isFull && !this.#evict(this.#byLargestShare())) {
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    this.#open.set(key, { socket, from, requestSocket: null, request: null });
    socket.once("close", () => {
      if (this.#open.get(key)?.socket === socket) this.#open.delete(key);
    });
  }

  /** What known callers have above their own share counts as strangers'. */
  #isShareUsed(ofAddress: readonly Connection[]): boolean {
    const { maxPerAddress, maxKnownPerAddress } = this.#limits;
    const knownCount = ofAddress.filter(isKnown).length;
    return ofAddress.length - Math.min(knownCount, maxKnownPerAddress) >= maxPerAddress;
  }

  #requested(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(keyOf(request.socket));
    if (connection === undefined) return;
    connection.requestSocket = request.socket;
    connection.request = request;
    response.once("close", () => {
      if (connection.request === request) connection.request = null;
    });
  }

  /** Closes the first of these that has no whole request, a stranger's first. @returns whether there was one */
  #evict(connections: readonly Connection[]): boolean {
    const idle = connections.filter(({ request }) => request?.complete !== true);
    const closed = idle.find((connection) => !isKnown(connection)) ?? idle[0];
    if (closed === undefined) return false;
    closed.socket.destroy();
    this.#open.delete(keyOf(closed.socket));
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

function isKnown({ requestSocket }: Connection): boolean {
  return requestSocket !== null && isOfKnownCaller(requestSocket);
}

/** Returns a key by port, because a request over TLS has another socket object than its connection. */
function keyOf(socket: Socket): Socket | string {
  const { remoteAddress, remotePort } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort}`;
}
