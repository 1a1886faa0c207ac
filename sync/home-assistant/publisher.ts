import type { Connection } from "../link/connection.ts";
import type { HomeMessage } from "./settings.ts";

/** Limit of events that wait for the broker on a working connection; one more drops the oldest. */
export const maxWaitingEvents = 256;

/** Limit of jobs that wait: more than the devices of a house, and than a tool asks for at once. */
export const maxWaitingJobs = 2_000;

/** Makes the messages of a job when their turn comes. They may be sent when the promise resolves. */
export type Job = () => Promise<readonly HomeMessage[]>;

export interface PublisherPorts {
  /** A publication was refused by the broker. */
  onRefused(topic: string, reasonCode: number): void;
  /** Messages could not be made. */
  onFault(cause: unknown): void;
}

/**
 * Sends messages to the broker as fast as it acknowledges them. A job has a key: the same job again waits once, so
 * that the queue is never longer than the number of devices. While there is no connection nothing waits.
 */
export class Publisher {
  readonly #ports: PublisherPorts;
  readonly #jobs = new Map<string, Job>();
  #events: HomeMessage[] = [];
  /** What is left of the job whose turn it is. */
  #current: HomeMessage[] = [];
  #connection: Connection | null = null;
  #isRunning = false;
  #isAgain = false;
  #droppedEvents = 0;
  #unacknowledged = 0;
  #idle: (() => void)[] = [];

  constructor(ports: PublisherPorts) {
    this.#ports = ports;
  }

  get droppedEvents(): number {
    return this.#droppedEvents;
  }

  get isConnected(): boolean {
    return this.#connection !== null;
  }

  attach(connection: Connection): void {
    this.#forget();
    this.#connection = connection;
  }

  detach(): void {
    this.#connection = null;
    this.#forget();
    this.#noteIdle();
  }

  /** Does a job when its turn comes; of two jobs with the same key only the newest. */
  add(key: string, job: Job): void {
    if (this.#connection === null) return;
    this.#jobs.delete(key);
    if (this.#jobs.size >= maxWaitingJobs) return;
    this.#jobs.set(key, job);
    this.#run();
  }

  /** Sends an event before all jobs. */
  send(...messages: readonly HomeMessage[]): void {
    if (this.#connection === null) return;
    this.#events.push(...messages);
    while (this.#events.length > maxWaitingEvents) {
      this.#events.shift();
      this.#droppedEvents += 1;
    }
    this.#run();
  }

  /** Resolves when everything is acknowledged, or the connection is lost. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #forget(): void {
    this.#jobs.clear();
    this.#events = [];
    this.#current = [];
    this.#unacknowledged = 0;
  }

  #run(): void {
    this.#isAgain = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#pump()
      .catch((cause: unknown) => this.#ports.onFault(cause))
      .finally(() => {
        this.#isRunning = false;
        // Something was added after the last look, while the promise was on its way here.
        if (this.#isAgain) this.#run();
        else this.#noteIdle();
      });
  }

  async #pump(): Promise<void> {
    while (this.#isAgain) {
      this.#isAgain = false;
      for (;;) {
        const connection = this.#connection;
        if (connection === null || connection.room <= 0) break;
        const message = this.#events.shift() ?? this.#current.shift();
        if (message !== undefined) this.#publish(connection, message);
        else if (!(await this.#takeJob(connection))) break;
      }
    }
  }

  /** @returns false = there is none */
  async #takeJob(connection: Connection): Promise<boolean> {
    const [key, job] = this.#jobs.entries().next().value ?? [];
    if (key === undefined || job === undefined) return false;
    this.#jobs.delete(key);
    const messages = await job();
    // The job was of a connection that is lost meanwhile: the next one makes all messages again.
    if (this.#connection === connection) this.#current = [...messages];
    return true;
  }

  #publish(connection: Connection, { topic, body, isRetained }: HomeMessage): void {
    this.#unacknowledged += 1;
    const settled = () => {
      if (this.#connection !== connection) return;
      this.#unacknowledged -= 1;
      this.#run();
    };
    const onRefused = (reasonCode: number) => {
      this.#ports.onRefused(topic, reasonCode);
      settled();
    };
    connection.publish(topic, body, { retain: isRetained, onRefused }, settled);
  }

  #isIdle(): boolean {
    if (this.#connection === null) return true;
    const waiting = this.#jobs.size + this.#events.length + this.#current.length;
    return waiting === 0 && this.#unacknowledged === 0 && !this.#isRunning;
  }

  #noteIdle(): void {
    if (!this.#isIdle()) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
