import type { LockId } from "../core/model/door-lock.ts";
import type { SealedCode } from "../core/model/sealed-code.ts";

/** A message with a code, for somebody without an app. */
export interface Message {
  readonly messageId: string;
  readonly kind: "temporaryPassword" | "verificationCode";
  /** Telephone number ("86-135…") or e-mail address. */
  readonly to: string;
  readonly countryCode: string;
  /** The lock that it concerns; null = none. */
  readonly lock: LockId | null;
  readonly lockName: string;
  /** The name of the password, or empty. */
  readonly name: string;
  readonly code: SealedCode;
  /** What the code's seal is bound to. */
  readonly boundTo: string;
  /** When the code is valid; null = no limit on that side. */
  readonly validFromMs: number | null;
  readonly validUntilMs: number | null;
}

/** Hands messages to a carrier. */
export interface MessagePort {
  /** Returns true only when a carrier has accepted it. The implementation logs why not. */
  handOver(message: Message): Promise<boolean>;
}

/**
 * Which bit of `workingDay` is Sunday. `sunday_lowest`: bit 0 is Sunday … bit 6 Saturday, as in the
 * vendor's documentation (38 = Monday, Tuesday, Friday). `sunday_highest`: bit 6 is Sunday … bit 0
 * Saturday.
 */
export type WorkingDayOrder = "sunday_lowest" | "sunday_highest";

/** What the actions need beside the context of a command. */
export interface ActionPorts {
  /** Used for requests and answers. Stored passwords do not depend on it. */
  readonly workingDay: WorkingDayOrder;
  /** IANA name of the zone of a schedule that names none. */
  readonly timeZone: string;
  readonly messages: MessagePort;
  /** Returns six random digits. */
  randomDigits(): string;
}
