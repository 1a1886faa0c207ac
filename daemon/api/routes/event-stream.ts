import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import { isJsonObject } from "../../base/json.ts";
import type { Caller } from "../../commands/caller.ts";
import { detailFor, mayReadEvent } from "../../commands/history/event-scopes.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { securityHeaders } from "../listener/origin-check.ts";
import type { LiveEvent, LiveEventSource } from "../ports.ts";

export interface EventStreamLimits {
  /** Watchers over the network at once; one more takes the place of one of who has the most. */
  readonly maxWatchers: number;
  /** Of these, how many one client may have, by whatever tokens; one more is refused with 16002. */
  readonly maxPerClient: number;
  /** Watchers over the unix socket, which take no place of the others; one more is refused with 16002. */
  readonly maxLocalWatchers: number;
  /** Bytes that may wait for a slow watcher; beyond it the watcher is cut off. */
  readonly maxBufferedBytes: number;
  /** Pause after which a comment keeps the connection (and finds out that it has gone). */
  readonly heartbeatMs: number;
}

export const eventStreamLimits: EventStreamLimits = {
  maxWatchers: 8,
  maxPerClient: 4,
  maxLocalWatchers: 8,
  maxBufferedBytes: 256 * 1024,
  heartbeatMs: 15_000,
};

interface Watcher {
  readonly caller: Caller;
  finish(): void;
}

/** Live events as server-sent events (WHATWG HTML, section 9.2), from now on; the past is in the journal. */
export class EventStreams {
  readonly #source: LiveEventSource;
  readonly #log: Logger;
  readonly #limits: EventStreamLimits;
  /** The oldest first. */
  readonly #open = new Set<Watcher>();

  constructor(source: LiveEventSource, log: Logger, limits: EventStreamLimits) {
    this.#source = source;
    this.#log = log;
    this.#limits = limits;
  }

  /**
   * Takes the reply over. `mayWatch` is asked before each event: a stream ends with its token.
   * @throws GatewayError busy when this caller, or everybody, watches too often already.
   */
  start(reply: FastifyReply, caller: Caller, mayWatch: () => boolean): void {
    this.#makeRoom(caller);
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, { ...securityHeaders, "content-type": "text/event-stream" });
    const write = (text: string): void => {
      if (!mayWatch()) {
        finish();
        return;
      }
      response.write(text);
      if (response.writableLength > this.#limits.maxBufferedBytes) {
        this.#log.warn("a watcher of the events is too slow and was cut off");
        finish();
        response.destroy();
      }
    };
    const unsubscribe = this.#source.subscribe((event) => {
      if (mayReadEvent(caller, event.event)) write(frame(event, caller));
    });
    const heartbeat = setInterval(() => {
      write(":\n\n");
    }, this.#limits.heartbeatMs);
    const finish = (): void => {
      clearInterval(heartbeat);
      unsubscribe();
      this.#open.delete(watcher);
      response.end();
    };
    const watcher: Watcher = { caller, finish };
    this.#open.add(watcher);
    response.on("close", finish);
    write(":\n\n");
  }

  /** Ends every stream. */
  close(): void {
    for (const { finish } of [...this.#open]) finish();
  }

  #makeRoom({ transport, name }: Caller): void {
    const { maxWatchers, maxPerClient, maxLocalWatchers } = this.#limits;
    const isLocal = transport === "socket";
    const alike = [...this.#open].filter(
      ({ caller }) => (caller.transport === "socket") === isLocal,
    );
    const own = alike.filter(({ caller }) => caller.name === name);
    const share = isLocal ? maxLocalWatchers : Math.min(maxPerClient, maxWatchers);
    if (own.length >= share) {
      throw new GatewayError("busy", `${name} watches the events ${share} times already`);
    }
    if (isLocal || alike.length < maxWatchers) return;
    const largest = largestShare(alike);
    const [oldest] = largest;
    if (oldest === undefined || largest.length <= own.length) {
      throw new GatewayError("busy", `${maxWatchers} watch the events already`);
    }
    this.#log.warn(
      { client: oldest.caller.name, newcomer: name },
      "a watcher of the events was ended: another client had no place",
    );
    oldest.finish();
  }
}

/** The watchers of the client that has the most, the oldest first. */
function largestShare(watchers: readonly Watcher[]): readonly Watcher[] {
  const shares = new Map<string, Watcher[]>();
  for (const watcher of watchers) {
    const share = shares.get(watcher.caller.name) ?? [];
    share.push(watcher);
    shares.set(watcher.caller.name, share);
  }
  return [...shares.values()].reduce(
    (most, share) => (share.length > most.length ? share : most),
    [],
  );
}

/** The event as this caller may see it. */
function frame({ id, event, body }: LiveEvent, caller: Caller): string {
  const { detail } = body;
  const told = isJsonObject(detail) ? { ...body, detail: detailFor(caller, event, detail) } : body;
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(told)}\n\n`;
}
