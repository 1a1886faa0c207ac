import type { LockId } from "../core/model/door-lock.ts";
import type { SealedCode } from "../core/model/sealed-code.ts";

/** A message with a code, for somebody without an app. */
export interface Message {
  readonly messageId: string;
  readonly kind: "temporaryPassword" | "verificationCode";
  /** Telephone number ("86-135…") or e-mail address. */
  readonly to: string;
  readonly countryCode: string;
  /** The lock that it is about; null = none. */
  readonly lock: LockId | null;
  readonly lockName: string;
  /** What the password is called, or empty. */
  readonly name: string;
  readonly code: SealedCode;
  /** What the code's seal is bound to. */
  readonly boundTo: string;
  /** When the code is good; null = open on that side. */
  readonly validFromMs: number | null;
  readonly validUntilMs: number | null;
}

/** Whoever carries messages. */
export interface MessagePort {
  /** @returns true only when a carrier has taken it; why not is for the log of the implementation. */
  handOver(message: Message): Promise<boolean>;
}

/**
 * Which bit of `workingDay` is Sunday. `sunday_lowest`: bit 0 is Sunday … bit 6 Saturday, as the
 * vendor's lock pages have it (38 = Monday, Tuesday, Friday). `sunday_highest`: bit 6 is Sunday … bit 0
 * Saturday.
 */
export type WorkingDayOrder = "sunday_lowest" | "sunday_highest";

/** What the actions need beside what every command has. */
export interface ActionPorts {
  /** The same for what comes in and what goes out. Stored passwords keep their days. */
  readonly workingDay: WorkingDayOrder;
  /** IANA name: the zone of a schedule that names none. */
  readonly timeZone: string;
  readonly messages: MessagePort;
  /** Six random digits. */
  randomDigits(): string;
}
