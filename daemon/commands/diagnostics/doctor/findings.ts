import Type from "typebox";
import { oneOf } from "../../schema/reply-fields.ts";
import { type FindingPart, findingStates } from "./finding-kind.ts";
import { gatewayKinds } from "./gateway-kinds.ts";
import { lockKinds } from "./lock-kinds.ts";
import { storeKinds } from "./store-kinds.ts";

/** Everything that the doctor can find. A code keeps its meaning: callers translate it. */
export const findingKinds = { ...storeKinds, ...gatewayKinds, ...lockKinds } as const;

export type FindingCode = keyof typeof findingKinds;

/** The variable parts of a finding, by the names that its texts have in braces. */
export type FindingValues = Readonly<Record<string, string | number>>;

/** What the doctor has found, and what to do about it. */
export interface Finding {
  readonly state: (typeof findingStates)[number];
  readonly part: FindingPart;
  readonly code: FindingCode;
  readonly what: string;
  readonly advice: string;
  readonly values: FindingValues;
  /** The lock that it is about; absent = the gateway. */
  readonly lock?: string;
}

const codes = Object.keys(findingKinds).filter(isFindingCode);

export const findingReply = Type.Object({
  state: oneOf(findingStates),
  part: oneOf([...new Set(codes.map((code) => findingKinds[code].part))], "what it is about"),
  code: oneOf(codes, "what it says, as a word that stays the same"),
  what: Type.String(),
  advice: Type.String({ description: "what to do; empty = nothing" }),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
    description: "the variable parts of what and advice, by name",
  }),
  lock: Type.Optional(Type.String({ description: "the uuid of the lock that it is about" })),
});

function isFindingCode(text: string): text is FindingCode {
  return Object.hasOwn(findingKinds, text);
}

/** Returns the finding with this code, its texts filled in. `values.lock` names the lock that it is about. */
export function finding(code: FindingCode, values: FindingValues = {}): Finding {
  const { state, part, what, advice } = findingKinds[code];
  const { lock } = values;
  return {
    state,
    part,
    code,
    what: filled(what, values),
    advice: filled(advice, values),
    values,
    ...(typeof lock === "string" ? { lock } : {}),
  };
}

/** A reason that is a sentence loses its full stop: it stands inside another sentence. */
function filled(text: string, values: FindingValues): string {
  return text.replaceAll(/\{(\w+)\}/g, (_braces, name: string) =>
    String(values[name] ?? "").replace(/\.$/, ""),
  );
}
