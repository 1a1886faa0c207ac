import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import { GatewayError } from "../core/errors.ts";
import { guardHeaders } from "./browser-guard.ts";
import type { LiveEvent, LiveEventSource } from "./ports.ts";

export interface EventStreamLimits {
  /** Watchers at once; one more is refused with 16002. */
  readonly maxWatchers: number;
  /** Bytes that may wait for a slow watcher; beyond it the watcher is cut off. */
  readonly maxBufferedBytes: number;
  /** Pause after which a comment keeps the connection (and finds out that it has gone). */
  readonly heartbeatMs: number;
}

export const eventStreamLimits: EventStreamLimits = {
  maxWatchers: 8,
  maxBufferedBytes: 256 * 1024,
  heartbeatMs: 15_000,
};

/** Live events as server-sent events (WHATWG HTML, section 9.2), from now on; the past is in the journal. */
export class EventStreams {
  readonly #source: LiveEventSource;
  readonly #log: Logger;
  readonly #limits: EventStreamLimits;
  readonly #open = new Set<() => void>();

  constructor(source: LiveEventSource, log: Logger, limits: EventStreamLimits) {
    this.#source = source;
    this.#log = log;
    this.#limits = limits;
  }

  /**
   * Takes the reply over. `mayWatch` is asked before each event: a stream ends with its token.
   * @throws GatewayError busy when there are too many watchers.
   */
  start(reply: FastifyReply, mayWatch: () => boolean): void {
    if (this.#open.size >= this.#limits.maxWatchers) {
      throw new GatewayError("busy", `${this.#limits.maxWatchers} watch the events already`);
    }
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, { ...guardHeaders, "content-type": "text/event-stream" });
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
      write(frame(event));
    });
    const heartbeat = setInterval(() => {
      write(":\n\n");
    }, this.#limits.heartbeatMs);
    const finish = (): void => {
      clearInterval(heartbeat);
      unsubscribe();
      this.#open.delete(finish);
      response.end();
    };
    this.#open.add(finish);
    response.on("close", finish);
    write(":\n\n");
  }

  /** Ends every stream. */
  close(): void {
    for (const finish of [...this.#open]) {
      finish();
    }
  }
}

function frame(event: LiveEvent): string {
  return `id: ${event.id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.body)}\n\n`;
}
