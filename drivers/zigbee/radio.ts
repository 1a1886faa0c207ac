import { type Controller, Zdo, ZSpec } from "zigbee-herdsman";
import type { RadioState } from "../lock-driver.ts";
import { delay } from "./delay.ts";
import { errorLabel } from "./failures.ts";
import { listenForFrames } from "./herdsman-internals.ts";
import type { DriverLogger } from "./herdsman-log.ts";
import { RadioFaultError } from "./radio-fault.ts";

/** How the radio is kept up; tests shorten the times. */
export interface RadioTiming {
  /** First wait after a failed start; doubles up to `retryMaxMs`. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** Between two probes of the stick, and how long one may take. */
  readonly probeEveryMs: number;
  readonly probeTimeoutMs: number;
}

export const defaultTiming: RadioTiming = {
  retryMinMs: 2_000,
  retryMaxMs: 60_000,
  probeEveryMs: 60_000,
  probeTimeoutMs: 10_000,
};

/** Probes in a row that fail until the controller is given up. */
const maxFailedProbes = 3;

/** A network that is up. */
export interface Session {
  readonly controller: Controller;
  readonly online: Extract<RadioState, { kind: "online" }>;
  /** Calls back once when the link to the stick has gone. */
  onLost(lost: () => void): void;
  /**
   * Closes controller and port, within a bounded time. Never throws.
   * @param isSilent the stick does not answer: nothing is said to it any more.
   */
  close(isSilent: boolean): Promise<void>;
}

export interface RadioObserver {
  /** Every change; `session` is there exactly while the state is `online`. */
  changed(state: RadioState, session: Session | null): void;
}

/**
 * Keeps one {@link Session} up: starts, watches, and starts again after a growing wait.
 *
 * INVARIANTS
 * - At most one session exists; the next is opened after the last has been closed.
 * - `online` is announced when operations work, and followed by `offline` before another `online`.
 */
export class Radio {
  readonly #open: (signal: AbortSignal) => Promise<Session>;
  readonly #observer: RadioObserver;
  readonly #timing: RadioTiming;
  readonly #logger: DriverLogger;
  readonly #stopping = new AbortController();
  #state: RadioState = { kind: "offline", cause: "stopped", detail: "The radio was not started." };
  #running: Promise<void> | null = null;
  #steppedMs = performance.now();

  /** @param open brings a session up; throws RadioFaultError when that fails. */
  constructor(
    open: (signal: AbortSignal) => Promise<Session>,
    observer: RadioObserver,
    timing: RadioTiming,
    logger: DriverLogger,
  ) {
    this.#open = open;
    this.#observer = observer;
    this.#timing = timing;
    this.#logger = logger;
  }

  get state(): RadioState {
    return this.#state;
  }

  /**
   * ms since it last got on: a change of state, or the end of a probe, whatever it found. Every wait
   * in here is bounded, so that it grows over a few minutes only when something hangs.
   */
  idleMs(): number {
    return performance.now() - this.#steppedMs;
  }

  start(): void {
    this.#steppedMs = performance.now();
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let waitMs = this.#timing.retryMinMs;
    while (!signal.aborted) {
      this.#change({ kind: "starting" });
      try {
        const session = await this.#open(signal);
        waitMs = this.#timing.retryMinMs;
        await this.#hold(session);
      } catch (error) {
        this.#fail(error);
      }
      if (signal.aborted) break;
      await delay(waitMs, signal);
      waitMs = Math.min(waitMs * 2, this.#timing.retryMaxMs);
    }
    this.#change({ kind: "offline", cause: "stopped", detail: "The radio was stopped." });
  }

  #fail(error: unknown): void {
    if (error instanceof RadioFaultError) {
      this.#change({ kind: "offline", cause: error.fault, detail: error.message });
      return;
    }
    this.#logger.error({ reason: errorLabel(error) }, "the radio failed in an unexpected way");
    this.#change({
      kind: "offline",
      cause: "stickSilent",
      detail: `The Zigbee stick could not be started (${errorLabel(error)}).`,
    });
  }

  /** Stays until the link is lost, the probes fail or the radio is stopped. */
  async #hold(session: Session): Promise<void> {
    const { signal } = this.#stopping;
    const over = new AbortController();
    const end = (): void => over.abort();
    session.onLost(end);
    signal.addEventListener("abort", end, { once: true });
    if (!signal.aborted) this.#change(session.online, session);
    await this.#probe(session, over.signal);
    signal.removeEventListener("abort", end);
    if (!signal.aborted) {
      this.#change({
        kind: "offline",
        cause: "stickLost",
        detail: "The Zigbee stick was unplugged or has stopped answering.",
      });
    }
    await session.close(!signal.aborted);
  }

  async #probe(session: Session, over: AbortSignal): Promise<void> {
    let failed = 0;
    while (!over.aborted && failed < maxFailedProbes) {
      await delay(this.#timing.probeEveryMs, over);
      if (over.aborted) return;
      failed = (await this.#answers(session.controller, over)) ? 0 : failed + 1;
      this.#steppedMs = performance.now();
      if (failed > 0 && !over.aborted) this.#logger.warn({ failed }, "the Zigbee stick is silent");
    }
  }

  /**
   * A real round trip to the stick: it is asked for its endpoints (ZDO Active_EP_req to address 0), as
   * at every start. Whatever it says then is life, also a refusal; only silence is death.
   */
  async #answers(controller: Controller, over: AbortSignal): Promise<boolean> {
    const coordinator = controller.getDevicesByType("Coordinator")[0];
    if (coordinator === undefined) return false;
    const settled = new AbortController();
    const ended = AbortSignal.any([over, settled.signal]);
    const timeout = delay(this.#timing.probeTimeoutMs, ended).then(() => false);
    let stopListening = (): void => {};
    const heard = new Promise<boolean>((resolve) => {
      stopListening = listenForFrames(controller, () => resolve(true));
    });
    const request = {
      ieeeAddress: coordinator.ieeeAddr,
      networkAddress: ZSpec.COORDINATOR_ADDRESS,
      profileId: Zdo.ZDO_PROFILE_ID,
      clusterKey: Zdo.ClusterId.ACTIVE_ENDPOINTS_REQUEST,
      zdoParams: [ZSpec.COORDINATOR_ADDRESS],
    };
    const answer = controller.sendRaw(request).then(
      () => true,
      () => timeout,
    );
    const isAlive = await Promise.race([answer, heard, timeout]);
    stopListening();
    settled.abort();
    return isAlive;
  }

  #change(state: RadioState, session: Session | null = null): void {
    this.#state = state;
    this.#steppedMs = performance.now();
    this.#observer.changed(state, session);
  }
}
