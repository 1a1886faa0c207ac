import type { Connection } from "../link/connection.ts";

/** Most messages beside the journal that wait for room. Past it one is dropped: the cloud asks again. */
const maxWaiting = 64;

interface Message {
  readonly topic: string;
  readonly body: string;
}

/**
 * Messages beside the journal: on this connection, once, or not at all. Half of the window is left
 * to the journal, whatever is asked of the gateway.
 */
export class BestEffortMessages {
  #waiting: Message[] = [];
  #open = 0;

  add(message: Message): void {
    if (this.#waiting.length < maxWaiting) this.#waiting.push(message);
  }

  /** Sends what there is room for. @param onRoom called when one was acknowledged */
  send(connection: Connection, onRoom: () => void): void {
    const share = Math.max(1, Math.floor(connection.window / 2));
    while (connection.room > 0 && this.#open < share) {
      const message = this.#waiting.shift();
      if (message === undefined) return;
      this.#open += 1;
      connection.publish(message.topic, message.body, { retain: false }, () => {
        this.#open -= 1;
        onRoom();
      });
    }
  }

  /** The connection is lost. */
  clear(): void {
    this.#waiting = [];
    this.#open = 0;
  }
}
