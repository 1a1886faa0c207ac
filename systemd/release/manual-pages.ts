import type { Command, Option } from "commander";

/** What a manual page says beside what the program knows of itself. */
export interface ManualText {
  readonly section: "1" | "5" | "8";
  readonly version: string;
  readonly description: readonly string[];
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[];
  readonly files: readonly (readonly [file: string, meaning: string])[];
  readonly seeAlso: readonly string[];
}

const manuals = { "1": "User Commands", "5": "File Formats", "8": "System Administration" };

/** Returns the manual page of a program: its options and commands as its own help has them. */
export function programManual(program: Command, text: ManualText): string {
  const name = program.name();
  const commands = program.commands.length > 0 ? " \\fIcommand\\fR [\\fIoptions\\fR]" : "";
  return pageOf([
    ...head(name, text, program.description()),
    ".SH SYNOPSIS",
    `.B ${name}`,
    `[\\fIoptions\\fR]${commands}`,
    ...description(text),
    ".SH OPTIONS",
    ...program.options.flatMap(optionLines),
    ...(program.commands.length > 0 ? [".SH COMMANDS"] : []),
    ...program.commands.flatMap((command) => commandLines(command, [])),
    ...tail(text),
  ]);
}

/** Returns the manual page of a file that is explained by the comments of an example of it. */
export function fileManual(
  { name, summary }: { readonly name: string; readonly summary: string },
  example: string,
  text: ManualText,
): string {
  return pageOf([
    ...head(name, text, summary),
    ...description(text),
    ".SH KEYS AND DEFAULTS",
    ".nf",
    ...example.trimEnd().split("\n").map(roffText),
    ".fi",
    ...tail(text),
  ]);
}

function head(name: string, { section, version }: ManualText, summary: string): string[] {
  const title = `.TH ${name.toUpperCase()} ${section} "" "latchd ${version}" "${manuals[section]}"`;
  const sentence = summary.replace(/\.$/, "");
  return [title, ".SH NAME", `${roffText(name)} \\- ${roffText(sentence)}`];
}

function description({ description: paragraphs }: ManualText): string[] {
  return [
    ".SH DESCRIPTION",
    ...paragraphs.flatMap((one, at) => (at === 0 ? [roffText(one)] : [".PP", roffText(one)])),
  ];
}

function tail({ exitCodes, files, seeAlso }: ManualText): string[] {
  const codes = exitCodes.flatMap(([code, meaning]) => [".TP", `.B ${code}`, roffText(meaning)]);
  const paths = files.flatMap(([file, meaning]) => [
    ".TP",
    `.I ${roffText(file)}`,
    roffText(meaning),
  ]);
  return [
    ...(codes.length > 0 ? [".SH EXIT STATUS", ...codes] : []),
    ...(paths.length > 0 ? [".SH FILES", ...paths] : []),
    ".SH SEE ALSO",
    seeAlso.map(roffText).join(",\n"),
  ];
}

function commandLines(command: Command, above: readonly string[]): string[] {
  const names = [...above, command.name()];
  const words = command.registeredArguments.map((one) =>
    one.required ? `<${one.name()}>` : `[${one.name()}]`,
  );
  const title = [...names, ...words].map(roffText).join(" ");
  const summary = command.description() || command.summary();
  // Commands that only group others have nothing to say beside them.
  const own = [
    ".TP",
    `.B ${title}`,
    roffText(summary),
    ...(command.options.length > 0 ? [".RS", ...command.options.flatMap(optionLines), ".RE"] : []),
  ];
  const inner = command.commands.flatMap((one) => commandLines(one, names));
  return [...own, ...inner];
}

function optionLines({ flags, description: text, defaultValue }: Option): string[] {
  const hasDefault = typeof defaultValue === "string" || typeof defaultValue === "number";
  const meaning = hasDefault ? `${text} (default: ${defaultValue})` : text;
  return [".TP", `.B ${roffText(flags)}`, roffText(meaning)];
}

/** Returns a text in which roff finds no request, escape or hyphen. */
function roffText(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .split("\n")
    .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
    .join("\n");
}

function pageOf(lines: readonly string[]): string {
  return `${lines.filter((line) => line !== "").join("\n")}\n`;
}
