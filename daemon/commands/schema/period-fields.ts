import Type, { type Static, type TSchema } from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { Window } from "../../core/model/window.ts";
import { seconds } from "./request-fields.ts";

/*
 * The validity of a password in a request. The published document prints it flat in one call and as `permission` in
 * another, and says "empty = permanent": both calls take both forms, and null, "" and 0 as empty.
 */

/** Returns the schema of a value that null and "" stand for as empty. */
function orEmpty<T extends TSchema>(schema: T, description: string) {
  return Type.Union([schema, Type.Null(), Type.Literal("")], { description });
}

function edge(description: string) {
  return Type.Optional(orEmpty(seconds(description), description));
}

const begin = edge("valid from, Unix seconds; 0, null, empty or absent = at once");
const end = edge("valid until, Unix seconds; 0, null, empty or absent = for ever");

/** Fields for the validity of a password. */
export const periodFields = {
  permission_begin: begin,
  permisson_begin: edge("the same, as the published document spells it in one place"),
  permission_end: end,
  permission: Type.Optional(
    orEmpty(
      Type.Object({ begin, end }, { additionalProperties: false }),
      "the same as {begin, end}; null or empty = permanent",
    ),
  ),
};

const periodSchema = Type.Object(periodFields);
type PeriodFields = Static<typeof periodSchema>;
type Edge = PeriodFields["permission_begin"];

/** Both edges of a period, ms UTC: null = no limit on that side, undefined = the request does not say. */
export interface Period {
  readonly beginMs: Window["beginMs"] | undefined;
  readonly endMs: Window["endMs"] | undefined;
}

/**
 * Returns the period that a request gives, in either form. A `permission` gives both edges.
 * @throws GatewayError `badParameters` for two forms that do not say the same
 */
export function periodOf(wanted: PeriodFields): Period {
  const inside = insideOf(wanted.permission);
  const begins = [
    ["permission.begin", inside.begin],
    ["permission_begin", msOf(wanted.permission_begin)],
    ["permisson_begin", msOf(wanted.permisson_begin)],
  ] as const;
  const ends = [
    ["permission.end", inside.end],
    ["permission_end", msOf(wanted.permission_end)],
  ] as const;
  return { beginMs: agreed(begins), endMs: agreed(ends) };
}

function insideOf(permission: PeriodFields["permission"]): {
  readonly begin: number | null | undefined;
  readonly end: number | null | undefined;
} {
  if (permission === undefined) return { begin: undefined, end: undefined };
  if (permission === null || permission === "") return { begin: null, end: null };
  return { begin: msOf(permission.begin) ?? null, end: msOf(permission.end) ?? null };
}

function msOf(given: Edge): number | null | undefined {
  if (given === undefined) return undefined;
  return given === null || given === "" || given === 0 ? null : given * 1000;
}

function agreed(
  forms: readonly (readonly [field: string, ms: number | null | undefined])[],
): number | null | undefined {
  const [first, ...others] = forms.filter(([, ms]) => ms !== undefined);
  if (first === undefined) return undefined;
  const other = others.find(([, ms]) => ms !== first[1]);
  if (other === undefined) return first[1];
  const [field] = other;
  throw new GatewayError("badParameters", `${field}: says otherwise than ${first[0]}`, { field });
}
