import type { TSchema } from "typebox";
import { describeType, schemaInfo } from "../../base/schema-info.ts";
import type { Command } from "../../commands/command.ts";
import { callExamples } from "../../commands/examples/call-examples.ts";
import { errorTable } from "../../core/model/errors.ts";
import type { Described } from "../openapi/openapi.ts";
import { allErrorsOf } from "../openapi/openapi-errors.ts";
import { escaped } from "../routes/network-map.ts";
import { resourcesOf } from "../routes/resources.ts";
import { whoMay } from "../scopes.ts";
import { referenceStyle } from "./reference-style.ts";

/** Returns the reference as a page without scripts and anything from elsewhere. */
export function referencePage({ commands, actions, version }: Described): string {
  const errors = Object.values(errorTable).map(
    ({ errNo, text }) => `<tr id="e${errNo}"><td>${errNo}</td><td>${escaped(text)}</td></tr>`,
  );
  const paths = resourcesOf(commands).map(
    ({ method, path, command }) =>
      `<tr><td>${method}</td><td>${escaped(path)}</td><td><a href="#${command}">${command}</a></td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>latchd ${escaped(version)}: API</title>
<style>${referenceStyle}</style></head>
<body>
<h1>latchd ${escaped(version)}: API</h1>
<p>Each call is <code>POST /openapi/v1/&lt;call&gt;</code> with JSON; those that are marked also GET with
the same names in the query. A token comes from <code>access_token</code> and goes into
<code>Authorization: Bearer</code>. For machines: <code>/openapi.json</code>.</p>
<nav aria-label="Contents"><h2>Contents</h2>
<p>${parts.map(([id, title]) => `<a href="#${id}">${title}</a>`).join(" · ")}</p>
${contents("Calls", commands)}
${contents("Actions", actions)}
</nav>
<h2 id="part-calls">Calls</h2>
${commands.map(section).join("\n")}
<h2 id="part-resources">Resources</h2>
<table><tr><th>method</th><th>path</th><th>call</th></tr>${paths.join("")}</table>
<h2 id="part-actions">Actions</h2>
<p>Each is <code>POST /api.json</code> with its name as <code>a</code>, its fields beside it or in
<code>postData</code>.</p>
${actions.map(section).join("\n")}
<h2 id="part-errors">Errors</h2>
<table><tr><th>ErrNo</th><th>meaning</th></tr>${errors.join("")}</table>
</body>
</html>
`;
}

const parts = [
  ["part-calls", "Calls"],
  ["part-resources", "Resources"],
  ["part-actions", "Actions"],
  ["part-errors", "Errors"],
] as const;

function contents(title: string, commands: readonly Command[]): string {
  if (commands.length === 0) return "";
  const items = commands.map(({ name }) => `<li><a href="#${name}">${name}</a></li>`);
  return `<h3>${title}</h3>\n<ul>${items.join("")}</ul>`;
}

/** Returns what was sent and answered in a real run; actions have no such example. */
function exampleOf({ name, isReadOnly }: Command): string {
  const example = callExamples[name];
  if (example === undefined) return "";
  const request = `POST /openapi/v1/${name}\n${indented(example.request)}`;
  const texts = [request, indented(example.reply)].map(
    (text) => `<pre>${escapedLines(text)}</pre>`,
  );
  const state = isReadOnly ? "" : " open";
  return `<details${state}><summary>Example</summary>\n${texts.join("")}</details>`;
}

function indented(text: string): string {
  return JSON.stringify(JSON.parse(text), null, 1);
}

/** `escaped` shows no control character, not even the end of a line. */
function escapedLines(text: string): string {
  return text.split("\n").map(escaped).join("\n");
}

function section(command: Command): string {
  const { properties, required } = schemaInfo(command.input);
  const rows = [...properties].map(([name, schema]) => {
    const about = schemaInfo(schema).description ?? "";
    const need = required.has(name) ? "yes" : "";
    const cells = [name, describeType(schema), need, about].map(escaped);
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const out = [...schemaInfo(command.output).properties].flatMap(([name, schema]) =>
    answered(name, schema),
  );
  const errors = allErrorsOf(command).map((code) => errorTable[code].errNo);
  const links = errors.sort((left, right) => left - right).map(errorLink);
  const isGet = (command.isReadOnly || command.isServedByGet === true) && !isAction(command);
  return `<h3 id="${command.name}">${command.name}</h3>
<p>${escaped(command.summary)} ${isGet ? "POST or GET" : "POST"}. For: ${whoMay(command)}.</p>
${rows.length === 0 ? "" : `<table><tr><th>in</th><th>type</th><th>required</th><th></th></tr>${rows.join("")}</table>`}
${out.length === 0 ? "" : `<table><tr><th>out</th><th>type</th><th></th></tr>${out.join("")}</table>`}
<p>Errors: ${links.join(" ")}</p>
${exampleOf(command)}`;
}

function errorLink(errNo: number): string {
  return `<a href="#e${errNo}">${errNo}</a>`;
}

/** Returns a row for a field of the answer, and rows for the fields in it. */
function answered(name: string, schema: TSchema): readonly string[] {
  const { description = "", items, properties } = schemaInfo(schema);
  const cells = [name, describeType(schema), description].map(escaped);
  const row = `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  const inner = items === undefined ? properties : schemaInfo(items).properties;
  const path = items === undefined ? name : `${name}[]`;
  return [row, ...[...inner].flatMap(([field, one]) => answered(`${path}.${field}`, one))];
}

/** Actions have one path and one method together. */
function isAction({ name }: Command): boolean {
  return name.includes(".");
}
