import { retryWaitMs } from "../../../daemon/base/retry-schedule.ts";
/**
 * The radio as one state machine. Pure: {@link Radio} carries out the actions and reports what happens.
 *
 *             start              opened
 *   stopped ─────────► opening ─────────────────────► working ──┐ sign (no verdict), calm
 *      ▲                │  ▲ │                           │  ▲───┘
 *      │ openFailed     │  │ │ openFailed                │ lineLost, reset, notRunning,
 *      │ (was stopped)  │  │ ▼                           │ sign (stuck or silent)
 *      │           stop │  └─ waiting ◄──── closed ── closing
 *      │                ▼ waited   │                     │
 *      │            ending ◄───────┼──────── stop ───────┤
 *      │                │          │ stop                │ stop (from working: closes cleanly)
 *      └── closed ──────┴──────────┘◄────────────────────┘
 *
 * Every fault of a network that was up ends in the same recovery: `closing`, `waiting`, `opening`. The
 * wait is 0 after the first fault, then `retryMinMs` doubling to `retryMaxMs`; a calm stretch of
 * `calmMs` forgets the faults. What an event does not change in a state it leaves alone.
 */
import type { RadioFault } from "../../lock-driver.ts";
import {
  evidenceAfter,
  noEvidence,
  type StickEvidence,
  type StickSign,
  verdictOf,
} from "./stick-evidence.ts";

/** Why the radio is not up: a code to act on and a sentence for people. */
export interface Fault {
  readonly cause: RadioFault;
  readonly detail: string;
}

/** What is kept from one try to the next. */
export interface Tries {
  /** Faults of a network that was up, since the last calm stretch. */
  readonly faults: number;
  /** Starts in a row that failed. */
  readonly failedStarts: number;
}

export type RadioMachineState =
  | { readonly kind: "stopped" }
  /** A session is being opened: path, firmware, herdsman's start, proof that frames get through. */
  | { readonly kind: "opening"; readonly tries: Tries }
  | { readonly kind: "working"; readonly tries: Tries; readonly evidence: StickEvidence }
  /** The session is being closed after a fault. */
  | { readonly kind: "closing"; readonly tries: Tries; readonly fault: Fault }
  | { readonly kind: "waiting"; readonly tries: Tries; readonly fault: Fault }
  /** It was stopped, and what is open is being closed. */
  | { readonly kind: "ending" };

export type RadioEvent =
  | { readonly kind: "start" }
  | { readonly kind: "opened" }
  | { readonly kind: "openFailed"; readonly fault: Fault }
  /** The port was closed under us. */
  | { readonly kind: "lineLost" }
  /** SYS_RESET_IND that nobody asked for. @see resetReasonOf */
  | { readonly kind: "reset"; readonly reason: number }
  /** The stick answers that it coordinates no network. */
  | { readonly kind: "notRunning" }
  | { readonly kind: "sign"; readonly sign: StickSign }
  /** `calmMs` have passed since the session was opened. */
  | { readonly kind: "calm" }
  | { readonly kind: "closed" }
  | { readonly kind: "waited" }
  | { readonly kind: "stop" };

export type RadioAction =
  | { readonly do: "open" }
  | { readonly do: "abortOpen" }
  /** @param isSilent nothing more is sent to the stick */
  | { readonly do: "close"; readonly isSilent: boolean }
  | { readonly do: "wait"; readonly waitMs: number }
  | { readonly do: "endWait" }
  /** Ask the stick at once: a frame of a lock has failed. */
  | { readonly do: "probe" };

export interface RetryTiming {
  readonly retryMinMs: number;
  readonly retryMaxMs: number;
}

export interface Transition {
  readonly state: RadioMachineState;
  readonly actions: readonly RadioAction[];
}

export const stopped: RadioMachineState = { kind: "stopped" };

/** Returns the next state and the actions that lead to it. */
export function radioTransition(
  state: RadioMachineState,
  event: RadioEvent,
  timing: RetryTiming,
): Transition {
  switch (state.kind) {
    case "stopped":
      return event.kind === "start"
        ? to({ kind: "opening", tries: { faults: 0, failedStarts: 0 } }, { do: "open" })
        : to(state);
    case "opening":
      return fromOpening(state, event, timing);
    case "working":
      return fromWorking(state, event);
    case "closing":
      return fromClosing(state, event, timing);
    case "waiting":
      return fromWaiting(state, event);
    case "ending":
      // A start that is aborted has closed what it had opened.
      return event.kind === "closed" || event.kind === "openFailed"
        ? to(stopped)
        : closeIfOpened(event);
  }
}

function fromClosing(
  state: Extract<RadioMachineState, { kind: "closing" }>,
  event: RadioEvent,
  timing: RetryTiming,
): Transition {
  if (event.kind === "stop") return to({ kind: "ending" });
  return event.kind === "closed" ? waiting(state.tries, state.fault, timing) : to(state);
}

function fromWaiting(
  state: Extract<RadioMachineState, { kind: "waiting" }>,
  event: RadioEvent,
): Transition {
  if (event.kind === "stop") return to(stopped, { do: "endWait" });
  return event.kind === "waited"
    ? to({ kind: "opening", tries: state.tries }, { do: "open" })
    : to(state);
}

function fromOpening(
  state: Extract<RadioMachineState, { kind: "opening" }>,
  event: RadioEvent,
  timing: RetryTiming,
): Transition {
  switch (event.kind) {
    case "opened":
      return to({
        kind: "working",
        tries: { ...state.tries, failedStarts: 0 },
        evidence: noEvidence,
      });
    case "openFailed": {
      const { faults, failedStarts } = state.tries;
      return waiting({ faults, failedStarts: failedStarts + 1 }, event.fault, timing);
    }
    case "stop":
      return to({ kind: "ending" }, { do: "abortOpen" });
    // A reset or a lost line during the start fails the start, which reports it.
    case "start":
    case "lineLost":
    case "reset":
    case "notRunning":
    case "sign":
    case "calm":
    case "closed":
    case "waited":
      return to(state);
  }
}

function fromWorking(
  state: Extract<RadioMachineState, { kind: "working" }>,
  event: RadioEvent,
): Transition {
  switch (event.kind) {
    case "lineLost":
      return closing(state.tries, stickLost);
    case "reset":
      return closing(state.tries, resetFault(event.reason));
    case "notRunning":
      return closing(state.tries, notRunningFault);
    case "sign":
      return afterSign(state, event.sign);
    case "calm":
      return to({ ...state, tries: { faults: 0, failedStarts: 0 } });
    case "stop":
      return to({ kind: "ending" }, { do: "close", isSilent: false });
    case "start":
    case "opened":
    case "openFailed":
    case "closed":
    case "waited":
      return to(state);
  }
}

function afterSign(
  state: Extract<RadioMachineState, { kind: "working" }>,
  sign: StickSign,
): Transition {
  const evidence = evidenceAfter(state.evidence, sign);
  switch (verdictOf(evidence)) {
    case "stuck":
      return closing(state.tries, stuckFault);
    case "silent":
      return closing(state.tries, stickLost);
    case "sound": {
      const isStrike = evidence.strikes.length > state.evidence.strikes.length;
      const isMissing = evidence.unanswered > state.evidence.unanswered;
      const next = { ...state, evidence };
      return isStrike || isMissing ? to(next, { do: "probe" }) : to(next);
    }
  }
}

function closing(tries: Tries, fault: Fault): Transition {
  const next = { faults: tries.faults + 1, failedStarts: 0 };
  return to({ kind: "closing", tries: next, fault }, { do: "close", isSilent: true });
}

function waiting(tries: Tries, fault: Fault, timing: RetryTiming): Transition {
  return to({ kind: "waiting", tries, fault }, { do: "wait", waitMs: waitMsFor(tries, timing) });
}

function closeIfOpened(event: RadioEvent): Transition {
  const ending: RadioMachineState = { kind: "ending" };
  return event.kind === "opened" ? to(ending, { do: "close", isSilent: false }) : to(ending);
}

/** Returns the wait before the next try, ms: none after the first fault, then doubling to the limit. */
export function waitMsFor(
  { faults, failedStarts }: Tries,
  { retryMinMs, retryMaxMs }: RetryTiming,
): number {
  const doublings = Math.max(faults - 2, failedStarts - 1);
  return doublings < 0 ? 0 : retryWaitMs({ firstMs: retryMinMs, longestMs: retryMaxMs }, doublings);
}

function to(state: RadioMachineState, ...actions: readonly RadioAction[]): Transition {
  return { state, actions };
}

const stickLost: Fault = {
  cause: "stickLost",
  detail: "The Zigbee stick was unplugged or has stopped answering.",
};

const notRunningFault: Fault = {
  cause: "stickReset",
  detail:
    "The Zigbee stick no longer runs its network: its firmware has restarted. It is started again.",
};

const stuckFault: Fault = {
  cause: "stickStuck",
  detail: "The Zigbee stick answers but takes no frames for the locks. Its port is opened again.",
};

/** @param reason as in SYS_RESET_IND: 0 power, 1 external, 2 watchdog */
export function resetFault(reason: number): Fault {
  const words = ["after a loss of power", "after a reset from outside", "by its watchdog"];
  const why = words[reason] ?? "for an unknown reason";
  return {
    cause: "stickReset",
    detail: `The Zigbee stick's firmware restarted ${why}. It is started again.`,
  };
}
