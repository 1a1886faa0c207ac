import type { Controller } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import type { RadioState } from "../../lock-driver.ts";
import { errorLabel } from "../failures.ts";
import type { DriverLogger } from "../herdsman/herdsman-log.ts";
import { fileFault, RadioFaultError } from "./radio-fault.ts";
import {
  type Fault,
  type RadioAction,
  type RadioEvent,
  type RadioMachineState,
  radioTransition,
  stopped,
} from "./radio-machine.ts";
import { isSuspect } from "./stick-evidence.ts";
import type { StickWatch } from "./stick-watch.ts";

/** How the radio is kept up; tests shorten the times. */
export interface RadioTiming {
  /** First wait after a failed start; doubles up to `retryMaxMs`. */
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
  /** Time between two probes of the stick; a confirmed frame in that time replaces a probe. */
  readonly probeEveryMs: number;
  /** The stick must answer a request (SRSP) within this time. */
  readonly probeTimeoutMs: number;
  /** The stick must confirm a frame that it has sent within this time. */
  readonly confirmMs: number;
  /** After this time without a fault, earlier faults are forgotten. */
  readonly calmMs: number;
}

export const defaultTiming: RadioTiming = {
  retryMinMs: 2_000,
  retryMaxMs: 60_000,
  probeEveryMs: 60_000,
  probeTimeoutMs: 3_000,
  confirmMs: 12_000,
  calmMs: 120_000,
};

/** Faults without a calm period from which on the radio counts as unsteady. */
const unsteadyFaults = 2;
/** A probe is two requests, each of which herdsman ends after 6 s, behind one that hangs. */
const longestProbeMs = 20_000;
/** Enough for a verdict: three failed requests in a row condemn a stick. */
const probeRounds = 3;

/** A network that is up. */
export interface Session {
  readonly controller: Controller;
  readonly online: Omit<Extract<RadioState, { kind: "online" }>, "faults">;
  readonly watch: StickWatch;
  /** Passes on the session's events, from its start on. */
  listen(listener: (event: RadioEvent) => void): void;
  /** Sends the stick what work for locks needs: a request for its state and a frame to itself. Never throws. */
  probe(): Promise<void>;
  /**
   * Closes controller and port, within a bounded time. Never throws.
   * @param isSilent the stick does not answer: nothing more is sent to it
   */
  close(isSilent: boolean): Promise<void>;
}

export interface RadioObserver {
  /** Every change; `session` is there exactly while the state is `online`. */
  changed(state: RadioState, session: Session | null): void;
}

/**
 * Keeps one {@link Session} up: carries out what the state machine of {@link radioTransition} decides.
 *
 * INVARIANTS
 * - At most one session exists; the next is opened after the last has been closed.
 * - `online` is announced when frames to the stick get through. It is reported again when a calm period
 *   has made the radio steady, otherwise `offline` comes before the next one.
 */
export class Radio {
  readonly #open: (signal: AbortSignal) => Promise<Session>;
  readonly #observer: RadioObserver;
  readonly #timing: RadioTiming;
  readonly #logger: DriverLogger;
  #machine: RadioMachineState = stopped;
  #state: RadioState = { kind: "offline", cause: "stopped", detail: "The radio was not started." };
  #session: Session | null = null;
  #opening: AbortController | null = null;
  #waiting: AbortController | null = null;
  /** Ends the timers of a working session. */
  #working: AbortController | null = null;
  #probed: Session | null = null;
  #markStopped: () => void = () => undefined;
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
    this.#take({ kind: "start" });
  }

  async stop(): Promise<void> {
    if (this.#machine.kind === "stopped") return;
    const over = new Promise<void>((resolve) => {
      this.#markStopped = resolve;
    });
    this.#take({ kind: "stop" });
    await over;
  }

  #take(event: RadioEvent): void {
    const before = this.#machine;
    const { state, actions } = radioTransition(before, event, this.#timing);
    this.#machine = state;
    if (before.kind === "working" && state.kind !== "working") this.#leaveWork();
    this.#announce(before, state, event);
    for (const action of actions) this.#carryOut(action);
    if (state.kind === "working" && before.kind !== "working") this.#beginWork();
    if (state.kind === "stopped" && before.kind !== "stopped") this.#markStopped();
  }

  #carryOut(action: RadioAction): void {
    switch (action.do) {
      case "open":
        void this.#openNow();
        return;
      case "abortOpen":
        this.#opening?.abort();
        return;
      case "close":
        void this.#closeNow(action.isSilent);
        return;
      case "wait":
        void this.#wait(action.waitMs);
        return;
      case "endWait":
        this.#waiting?.abort();
        return;
      case "probe":
        void this.#probe();
    }
  }

  async #openNow(): Promise<void> {
    const opening = new AbortController();
    this.#opening = opening;
    try {
      const session = await this.#open(opening.signal);
      this.#session = session;
      this.#take({ kind: "opened" });
      session.listen((event) => {
        if (this.#session === session) this.#take(event);
      });
    } catch (error) {
      this.#take({ kind: "openFailed", fault: this.#faultOf(error) });
    }
  }

  async #closeNow(isSilent: boolean): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close(isSilent);
    this.#take({ kind: "closed" });
  }

  async #wait(waitMs: number): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    if (await delay(waitMs, waiting.signal)) this.#take({ kind: "waited" });
  }

  #faultOf(error: unknown): Fault {
    const known = error instanceof RadioFaultError ? error : fileFault(error);
    if (known !== null) return { cause: known.fault, detail: known.message };
    this.#logger.error({ reason: errorLabel(error) }, "the radio failed in an unexpected way");
    const detail = `The Zigbee stick could not be started (${errorLabel(error)}).`;
    return { cause: "stickSilent", detail };
  }

  #beginWork(): void {
    const working = new AbortController();
    this.#working = working;
    void this.#probeRegularly(working.signal);
    void delay(this.#timing.calmMs, working.signal).then((isCalm) => {
      if (isCalm) this.#take({ kind: "calm" });
    });
  }

  #leaveWork(): void {
    this.#working?.abort();
    this.#working = null;
  }

  async #probeRegularly(over: AbortSignal): Promise<void> {
    const { probeEveryMs } = this.#timing;
    while (await delay(probeEveryMs, over)) {
      this.#steppedMs = performance.now();
      const isProven = (this.#session?.watch.sinceProofMs ?? 0) < probeEveryMs;
      if (!isProven) await this.#probe();
    }
  }

  /** Probes once, and again while the stick stays suspect: its verdict must not wait for more work. */
  async #probe(): Promise<void> {
    const session = this.#session;
    if (session === null || this.#probed === session) return;
    this.#probed = session;
    for (let round = 0; round < probeRounds && this.#session === session; round += 1) {
      const over = new AbortController();
      await Promise.race([session.probe(), delay(longestProbeMs, over.signal)]);
      over.abort();
      this.#steppedMs = performance.now();
      if (!this.#isSuspect()) break;
    }
    if (this.#probed === session) this.#probed = null;
  }

  #isSuspect(): boolean {
    return this.#machine.kind === "working" && isSuspect(this.#machine.evidence);
  }

  /** Reports to the observer what has changed for it; the machine has more states than the observer needs. */
  #announce(before: RadioMachineState, after: RadioMachineState, event: RadioEvent): void {
    const isCalmed = event.kind === "calm" && before.kind === "working" && before.tries.faults > 0;
    if (after.kind === before.kind && !isCalmed) return;
    switch (after.kind) {
      case "opening":
        this.#change({ kind: "starting" });
        return;
      case "working":
        if (this.#session === null) return;
        this.#change(
          { ...this.#session.online, faults: unsteady(after.tries.faults) },
          this.#session,
        );
        return;
      case "closing":
        this.#logger.warn(
          { cause: after.fault.cause, faults: after.tries.faults },
          after.fault.detail,
        );
        this.#change({ kind: "offline", ...after.fault });
        return;
      case "waiting":
        if (before.kind !== "closing") this.#change({ kind: "offline", ...after.fault });
        return;
      case "stopped":
        this.#change({ kind: "offline", cause: "stopped", detail: "The radio was stopped." });
        return;
      case "ending":
    }
  }

  #change(state: RadioState, session: Session | null = null): void {
    this.#state = state;
    this.#steppedMs = performance.now();
    this.#observer.changed(state, session);
  }
}

function unsteady(faults: number): number {
  return faults < unsteadyFaults ? 0 : faults;
}
