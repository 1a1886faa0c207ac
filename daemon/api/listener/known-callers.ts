import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

/** Connections on which a request had a valid token or session. */
const known = new WeakSet<Socket>();

/** Notes that the caller of a request is a client or a person of this gateway. */
export function noteKnownCaller({ socket }: IncomingMessage): void {
  known.add(socket);
}

/** Returns whether a known caller has used the connection. */
export function isOfKnownCaller(socket: Socket): boolean {
  return known.has(socket);
}
