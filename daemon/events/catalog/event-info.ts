import Type, { type TObject, type TSchema } from "typebox";

/** What a receiver is told about one event. */
export interface EventInfo {
  /** One sentence: what has happened. */
  readonly summary: string;
  /** The schema of `detail`; null = the event has none. */
  readonly detail: TObject | null;
}

/** Returns the entry of an event without detail. */
export function plainEvent(summary: string): EventInfo {
  return { summary, detail: null };
}

/** Returns the entry of an event with these fields in its detail. */
export function eventWith(summary: string, fields: Readonly<Record<string, TSchema>>): EventInfo {
  return { summary, detail: Type.Object({ ...fields }) };
}

/* Fields that several events share. */

export const words = <const T extends string>(values: readonly T[], description: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { description },
  );
export const numbers = <const T extends number>(values: readonly T[], description: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { description },
  );
export const text = (description: string) => Type.String({ description });
export const whole = (description: string) => Type.Integer({ minimum: 0, description });
export const always1 = (description: string) => Type.Literal(1, { description });
export const passwordId = Type.Integer({
  minimum: 0,
  description: "the password; 999 = the administrator's, 0 = the dynamic code",
});
/** A code as an event carries it. */
export const code = Type.Union([Type.String({ pattern: "^[0-9]+$" }), Type.Null()], {
  description: "the code's digits; null = the lock does not show them",
});
