import type { Connection } from "../link/connection.ts";

/** Most messages that wait for room. Beyond it one is dropped: the cloud asks again. */
const maxWaiting = 64;

interface Message {
  readonly topic: string;
  readonly body: string;
}

/**
 * Best-effort messages outside the journal: sent at most once, on this connection only. They use at most
 * half of the window, so that the journal keeps the rest.
 */
export class BestEffortMessages {
  #waiting: Message[] = [];
  #inFlight = 0;

  add(message: Message): void {
    if (this.#waiting.length < maxWaiting) this.#waiting.push(message);
  }

  /** Sends as many as there is room for. @param onRoom called when one was acknowledged */
  send(connection: Connection, onRoom: () => void): void {
    const share = Math.max(1, Math.floor(connection.window / 2));
    while (connection.room > 0 && this.#inFlight < share) {
      const message = this.#waiting.shift();
      if (message === undefined) return;
      this.#inFlight += 1;
      connection.publish(message.topic, message.body, { retain: false }, () => {
        this.#inFlight -= 1;
        onRoom();
      });
    }
  }

  /** The connection is lost. */
  clear(): void {
    this.#waiting = [];
    this.#inFlight = 0;
  }
}
