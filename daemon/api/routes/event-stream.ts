import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { type Caller, callerKey } from "../../commands/caller.ts";
import { detailFor, mayWatch } from "../../commands/history/event-scopes.ts";
import { mayEnter } from "../../commands/work/may-touch.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { securityHeaders } from "../listener/origin-check.ts";
import type { CredentialStore, LiveEvent, LiveEventSource } from "../ports.ts";
import { EventFeed } from "./event-feed.ts";

export interface EventStreamLimits {
  /** Limit of watchers over the network; one more ends a watcher of the client that has the most. */
  readonly maxWatchers: number;
  /** Limit of watchers of one client, whatever its tokens; one more is refused with 16002. */
  readonly maxPerClient: number;
  /** Limit of watchers over the unix socket, counted apart; one more is refused with 16002. */
  readonly maxLocalWatchers: number;
  /** Limit of bytes that wait for a slow watcher; beyond it the connection is closed. */
  readonly maxBufferedBytes: number;
  /** Limit of live events that wait while a watcher gets what it has missed; beyond it the stream ends. */
  readonly maxWaiting: number;
  /** Pause after which a comment keeps the connection alive, or shows that it has gone. */
  readonly heartbeatMs: number;
}

export const eventStreamLimits: EventStreamLimits = {
  maxWatchers: 8,
  maxPerClient: 4,
  maxLocalWatchers: 8,
  maxBufferedBytes: 256 * 1024,
  maxWaiting: 1000,
  heartbeatMs: 15_000,
};

/** Who watches, and since when. */
export interface Watch {
  /** Returns who watches now, or null when its token or session has ended: it is asked before each event. */
  caller(): Caller | null;
  /** The last event that the watcher had; absent = it wants events from now on. */
  readonly lastEventId?: string | undefined;
}

interface Watcher {
  readonly caller: Caller;
  finish(): void;
}

/**
 * Live events as server-sent events (WHATWG HTML, section 9.2). A watcher that comes back with `Last-Event-ID` gets first
 * what it has missed. Each stream begins with the id of the last event before it, so that a watcher can come back even
 * if it has had no event yet.
 */
export class EventStreams {
  readonly #source: LiveEventSource;
  readonly #view: CredentialStore["view"];
  readonly #log: Logger;
  readonly #limits: EventStreamLimits;
  /** The oldest first. */
  readonly #open = new Set<Watcher>();

  constructor(
    source: LiveEventSource,
    { view, log }: { readonly view: CredentialStore["view"]; readonly log: Logger },
    limits: EventStreamLimits,
  ) {
    this.#source = source;
    this.#view = view;
    this.#log = log;
    this.#limits = limits;
  }

  /**
   * Takes the reply over. The stream ends with the caller's token.
   * @throws GatewayError `busy` when this caller, or all callers, have too many streams
   */
  start(reply: FastifyReply, caller: Caller, { caller: callerNow, lastEventId }: Watch): void {
    this.#makeRoom(caller);
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, { ...securityHeaders, "content-type": "text/event-stream" });
    const write = (textFor: (watcher: Caller) => string | null): void => {
      const now = callerNow();
      if (now === null) {
        finish();
        return;
      }
      const text = textFor(now);
      if (text === null) return;
      response.write(text);
      if (response.writableLength > this.#limits.maxBufferedBytes) {
        this.#log.warn("closed the event stream of a watcher that reads too slowly");
        finish();
        response.destroy();
      }
    };
    const feed = new EventFeed(response, {
      limit: this.#limits.maxWaiting,
      show: (event) => write((now) => frameFor(now, this.#view, event)),
      passed: (id) => write(() => `id: ${id}\n\n`),
    });
    const unsubscribe = this.#source.subscribe((event) => {
      if (!feed.take(event)) finish();
    });
    const heartbeat = setInterval(() => {
      write(() => ":\n\n");
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
    write(() => ":\n\n");
    const missed = lastEventId === undefined ? null : this.#source.missed(lastEventId);
    feed.begin(missed, this.#source.position()).catch((err: unknown) => {
      this.#log.error({ err }, "failed to read the events that a watcher has missed");
      finish();
    });
  }

  /** Ends every stream. */
  close(): void {
    for (const { finish } of [...this.#open]) finish();
  }

  #makeRoom(newcomer: Caller): void {
    const { transport, name } = newcomer;
    const key = callerKey(newcomer);
    const { maxWatchers, maxPerClient, maxLocalWatchers } = this.#limits;
    const isLocal = transport === "socket";
    const alike = [...this.#open].filter(
      ({ caller }) => (caller.transport === "socket") === isLocal,
    );
    const own = alike.filter(({ caller }) => callerKey(caller) === key);
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
      "ended the event stream of a client to make room for another client",
    );
    oldest.finish();
  }
}

/** Returns the watchers of the client that has the most, the oldest first. */
function largestShare(watchers: readonly Watcher[]): readonly Watcher[] {
  const shares = new Map<string, Watcher[]>();
  for (const watcher of watchers) {
    const share = shares.get(callerKey(watcher.caller)) ?? [];
    share.push(watcher);
    shares.set(callerKey(watcher.caller), share);
  }
  return [...shares.values()].reduce(
    (most, share) => (share.length > most.length ? share : most),
    [],
  );
}

/** Returns the event as this caller may see it, or null if it may not see it at all. */
function frameFor(caller: Caller, view: CredentialStore["view"], live: LiveEvent): string | null {
  const { id, event, lock, body } = live;
  const detail = isJsonObject(body["detail"]) ? body["detail"] : null;
  if (!mayWatch(caller, view, { event, lock, detail })) return null;
  const shown = {
    ...homeFor(caller, body),
    ...(detail === null ? {} : { detail: detailFor(caller, event, detail) }),
  };
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(shown)}\n\n`;
}

/** The gateway and a lock without a home have the gateway's home, which need not belong to the caller's work. */
function homeFor(caller: Caller, body: JsonObject): JsonObject {
  const { home_id: home } = body;
  return typeof home !== "string" || mayEnter(caller, home) ? body : { ...body, home_id: null };
}
