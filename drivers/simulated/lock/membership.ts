import type { BindRequest, RadioLink, SimpleDescriptor } from "../radio.ts";
import { ClusterId, Source } from "../zcl/constants.ts";
import type { AssembledLock } from "./assembly.ts";
import type { MemoryFile } from "./body/memory.ts";
import type { Quirks } from "./quirks.ts";

/**
 * A lock on a network: its endpoints and clusters, its bindings and reports, and the parts that run
 * only while it is a member.
 */
export class Membership {
  readonly #lock: AssembledLock;
  readonly #file: MemoryFile;
  readonly #quirks: Quirks;

  constructor(lock: AssembledLock, file: MemoryFile, quirks: Quirks) {
    this.#lock = lock;
    this.#file = file;
    this.#quirks = quirks;
  }

  get endpoints(): readonly SimpleDescriptor[] {
    const recorded = this.#lock.parts.profile.record?.endpoints ?? [];
    if (recorded.length > 0) return recorded;
    const client: number[] = [ClusterId.ota];
    if (this.#quirks.clock === "client") client.push(ClusterId.time);
    return [
      {
        endpoint: this.#quirks.endpoint,
        profileId: 0x0104,
        // Door Lock.
        deviceId: 0x000a,
        deviceVersion: 0,
        inputClusters: [...this.#lock.clusters.keys()].filter((id) => id !== ClusterId.ota),
        outputClusters: client,
      },
    ];
  }

  get isJoined(): boolean {
    return this.#file.memory.isJoined;
  }

  /** Whether its radio runs. */
  get isConnected(): boolean {
    return this.#lock.parts.transmitter.link !== null;
  }

  joined(link: RadioLink): void {
    this.#lock.parts.transmitter.attach(link);
    this.#file.memory.isJoined = true;
    this.#file.changed();
    this.#lock.polling.start();
    this.#lock.reporting.resume();
    this.#lock.timeClient?.start();
    this.#note("joined");
  }

  /**
   * Leaves on request. The lock forgets the network, its bindings and reports, and keeps the codes.
   */
  left(): void {
    this.disconnect();
    const { memory } = this.#file;
    memory.isJoined = false;
    memory.bindings = [];
    memory.reporting = [];
    this.#file.changed();
    this.#note("left");
  }

  /** @returns the ZDP status. */
  bind(request: BindRequest): number {
    const notSupported = 0x84;
    const isOwn = this.endpoints.some(({ endpoint }) => endpoint === request.sourceEndpoint);
    if (!isOwn || !this.#lock.clusters.has(request.clusterId)) return notSupported;
    const { memory } = this.#file;
    const others = memory.bindings.filter((other) => other.clusterId !== request.clusterId);
    const { clusterId, destinationEndpoint } = request;
    memory.bindings = request.isUnbind ? others : [...others, { clusterId, destinationEndpoint }];
    this.#file.changed();
    return 0;
  }

  /** Radio and timers stop; nothing is forgotten. */
  disconnect(): void {
    this.#lock.parts.transmitter.attach(null);
    this.#lock.polling.stop();
    this.#lock.reporting.stop();
    this.#lock.timeClient?.stop();
  }

  #note(act: "joined" | "left"): void {
    this.#lock.parts.acts.add({ act, source: Source.rf, userId: null, reason: null });
  }
}
