import type { CallExample } from "./call-example.ts";
import { readExamples } from "./read-examples.ts";
import { writeExamples } from "./write-examples.ts";

/** The example of every command, by its name. */
export const callExamples: Readonly<Record<string, CallExample>> = {
  ...readExamples,
  ...writeExamples,
};
