import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";

/** Calls without an answer by connection; one client may send several at once. */
const unanswered = new WeakMap<Socket, Set<AbortController>>();

/**
 * Returns a signal that is aborted when the client goes away before its answer. It watches the connection,
 * because a response that waits behind another on the same connection gets no event.
 */
export function goneSignal({ raw, request }: FastifyReply): AbortSignal {
  const { socket } = request.raw;
  const gone = new AbortController();
  const calls = callsOf(socket);
  calls.add(gone);
  raw.once("finish", () => calls.delete(gone));
  if (socket.destroyed) gone.abort();
  return gone.signal;
}

function callsOf(socket: Socket): Set<AbortController> {
  const known = unanswered.get(socket);
  if (known !== undefined) return known;
  const calls = new Set<AbortController>();
  unanswered.set(socket, calls);
  socket.once("close", () => {
    for (const gone of calls) gone.abort();
    calls.clear();
  });
  return calls;
}
