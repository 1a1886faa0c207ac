import { computed, signal } from "@preact/signals";
import { request, watchCalls } from "./call.ts";
import { closeLiveEvents, openLiveEvents } from "./live-events.ts";

export type Scope = "manager" | "steward" | "installer" | "technician";

/** Who is signed in. Times are Unix seconds. */
export interface SignedIn {
  readonly state: "signedIn";
  readonly kind: "account" | "pass";
  readonly name: string;
  readonly scope: Scope;
  /** The homes of an installer's account or pass; null = all. */
  readonly homes: readonly string[] | null;
  readonly expires_at: number;
  readonly idle_s: number;
  readonly version: string;
  readonly gateway: string;
  /** IANA name of the gateway's zone. */
  readonly time_zone: string;
  readonly now: number;
}

export type SessionState =
  | { readonly state: "unknown" }
  | { readonly state: "setup" }
  | { readonly state: "signedOut" }
  | SignedIn;

export const session = signal<SessionState>({ state: "unknown" });
/** The last session of this page: its screen stays behind the sign-in, so that nothing typed is lost. */
export const lastSignedIn = signal<SignedIn | null>(null);
/** Whether the gateway answered the last request. */
export const isReached = signal(true);
/** Milliseconds that the gateway's clock is ahead of this device's. */
export const clockAheadMs = signal(0);

export const scope = computed<Scope | null>(() => lastSignedIn.value?.scope ?? null);

/** Whether who is signed in may take a lock out of its home: not with work that is limited to homes. */
export const mayRelease = computed<boolean>(() => lastSignedIn.value?.homes === null);

const ranks: Readonly<Record<Scope, readonly Scope[]>> = {
  technician: ["technician"],
  installer: ["technician", "installer"],
  steward: ["technician", "steward"],
  manager: ["technician", "installer", "steward", "manager"],
};

/** Returns whether who is signed in may do what this scope may. The gateway itself checks each call. */
export function mayAs(needed: Scope): boolean {
  return scope.value !== null && ranks[scope.value].includes(needed);
}

export type SignIn =
  | { readonly name: string; readonly passphrase: string }
  | { readonly pass: string }
  | { readonly setup: string; readonly name: string; readonly passphrase: string };

/** Pause between two looks for a gateway that does not answer, ms. */
const lookMs = 2_000;
let looking: ReturnType<typeof setInterval> | null = null;

/** Learns who is signed in, and follows it from then on. */
export async function startSession(): Promise<void> {
  watchCalls({
    signedOut: () => {
      if (session.value.state === "signedIn") enter({ state: "signedOut" });
    },
    reached: (isAnswered) => {
      if (isReached.value !== isAnswered) isReached.value = isAnswered;
      if (isAnswered) stopLooking();
      else looking ??= setInterval(() => void refreshSession(), lookMs);
    },
  });
  await refreshSession();
}

/** @throws Refusal, Unreachable */
export async function signIn(given: SignIn): Promise<void> {
  enter(sessionOf(await request("POST", "/api/session", given)));
}

/** Ends this session, or every session of this account. @throws Refusal, Unreachable */
export async function signOut(isEverywhere: boolean): Promise<void> {
  await request("DELETE", "/api/session", { all: isEverywhere });
  lastSignedIn.value = null;
  enter({ state: "signedOut" });
}

async function refreshSession(): Promise<void> {
  try {
    enter(sessionOf(await request("GET", "/api/session")));
  } catch {
    // The banner says that the gateway does not answer; the next look tries again.
  }
}

function stopLooking(): void {
  if (looking !== null) clearInterval(looking);
  looking = null;
}

function enter(state: SessionState): void {
  const wasSignedIn = session.value.state === "signedIn";
  session.value = state;
  if (state.state !== "signedIn") {
    closeLiveEvents();
    return;
  }
  lastSignedIn.value = state;
  clockAheadMs.value = state.now * 1000 - Date.now();
  if (!wasSignedIn) openLiveEvents();
}

/** @throws Error when the answer is not one of the session's */
function sessionOf(answer: unknown): SessionState {
  if (isSignedIn(answer)) return answer;
  const state = typeof answer === "object" && answer !== null && "state" in answer && answer.state;
  if (state === "setup" || state === "signedOut") return { state };
  throw new Error("the gateway's answer about the session is not understood");
}

function isSignedIn(answer: unknown): answer is SignedIn {
  return (
    typeof answer === "object" &&
    answer !== null &&
    "state" in answer &&
    answer.state === "signedIn" &&
    "scope" in answer &&
    "time_zone" in answer
  );
}
