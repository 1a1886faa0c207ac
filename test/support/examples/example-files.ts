import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CallExample } from "../../../daemon/commands/examples/call-example.ts";
import { projectRoot } from "../project-root.ts";

const made = "Made by `npm run docs:examples` from a run of the daemon; do not edit.";
const lineWidth = 100;
/** Apart from the paths: the compiler would rewrite it there. */
const extension = ".ts";

/** Writes the examples of events as source. @param texts the JSON of each by its name */
export function writeEventExamples(texts: ReadonlyMap<string, string>): void {
  const lines = [...texts].map(([name, text]) => property(name, quoted(text), "  "));
  write("daemon/events/catalog/event-examples.ts", [
    `import type { EventName } from "../../core/model/journal${extension}";`,
    "",
    `/** The JSON of one event of each name. ${made} */`,
    "export const eventExamples: Readonly<Record<EventName, string>> = {",
    ...lines,
    "};",
  ]);
}

/** Writes the examples of calls as source. @param kind the reading or the writing ones */
export function writeCallExamples(
  kind: "read" | "write",
  examples: ReadonlyMap<string, CallExample>,
): void {
  const lines = [...examples].map(([name, example]) => {
    const fields = Object.entries(example).map(([field, text]) =>
      property(field, quoted(text), "    "),
    );
    return `  ${name}: {\n${fields.join("\n")}\n  },`;
  });
  write(`daemon/commands/examples/${kind}-examples.ts`, [
    `import type { CallExample } from "./call-example${extension}";`,
    "",
    `/** ${made} */`,
    `export const ${kind}Examples: Readonly<Record<string, CallExample>> = {`,
    ...lines,
    "};",
  ]);
}

function write(path: string, lines: readonly string[]): void {
  writeFileSync(join(projectRoot(), path), `${lines.join("\n")}\n`);
}

/** Returns a property as the formatter has it. */
function property(name: string, value: string, indent: string): string {
  const line = `${indent}${name}: ${value},`;
  return line.length <= lineWidth ? line : `${indent}${name}:\n${indent}  ${value},`;
}

function quoted(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\");
  return text.includes('"') ? `'${escaped.replaceAll("'", "\\'")}'` : `"${escaped}"`;
}
