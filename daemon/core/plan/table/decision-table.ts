import type { Work } from "../plan-work.ts";

/** A question about a situation, with the words in which docs/locks.md prints it and its opposite. */
export interface Condition<S> {
  readonly text: string;
  readonly opposite: string;
  readonly holds: (situation: S) => boolean;
}

/** What the planner does about a situation, with the words in which docs/locks.md prints it. */
export interface Action<S> {
  readonly text: string;
  readonly work: (situation: S) => Work;
}

/** One rule of the planner: if all its conditions hold, its action is what to do next. */
export interface Row<S> {
  readonly when: readonly Condition<S>[];
  readonly do: Action<S>;
  /** Why, in one sentence for people. */
  readonly reason: string;
}

/** Returns the condition that holds where `condition` does not. */
export function not<S>({ text, opposite, holds }: Condition<S>): Condition<S> {
  return { text: opposite, opposite: text, holds: (situation) => !holds(situation) };
}

/** Returns the first row whose conditions all hold. A table ends with a row that matches everything. */
export function firstMatch<S, R extends Row<S>>(rows: readonly R[], situation: S): R {
  for (const row of rows) {
    if (matches(row, situation)) return row;
  }
  throw new Error("the last row of a decision table is not one that matches everything");
}

/** Says whether all conditions of the row hold. */
export function matches<S>({ when }: Row<S>, situation: S): boolean {
  for (const { holds } of when) {
    if (!holds(situation)) return false;
  }
  return true;
}
