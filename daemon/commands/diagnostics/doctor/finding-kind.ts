export const findingStates = ["ok", "warn", "bad"] as const;

export type FindingPart =
  | "daemon"
  | "store"
  | "stick"
  | "network"
  | "clock"
  | "cloud"
  | "homeAssistant"
  | "api"
  | "slots"
  | "lock"
  | "callback";

export interface FindingKind {
  readonly state: (typeof findingStates)[number];
  readonly part: FindingPart;
  /** Names in braces stand for the finding's values. */
  readonly what: string;
  readonly advice: string;
}

/** Returns a row of a table of findings. */
export function kind<const P extends FindingPart>(
  part: P,
  state: FindingKind["state"],
  what: string,
  advice = "",
): FindingKind & { readonly part: P } {
  return { state, part, what, advice };
}
