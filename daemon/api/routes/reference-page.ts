import type { TSchema } from "typebox";
import { describeType, schemaInfo } from "../../base/schema-info.ts";
import type { Command } from "../../commands/command.ts";
import { errorTable } from "../../core/model/errors.ts";
import type { Described } from "../openapi/openapi.ts";
import { allErrorsOf } from "../openapi/openapi-errors.ts";
import { whoMay } from "../scopes.ts";
import { escaped } from "./network-map.ts";
import { resourcesOf } from "./resources.ts";

/** Returns the reference as a page without scripts, styles and anything from elsewhere. */
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
<head><meta charset="utf-8"><title>latchd ${escaped(version)}: API</title></head>
<body>
<h1>latchd ${escaped(version)}: API</h1>
<p>Each call is <code>POST /openapi/v1/&lt;call&gt;</code> with JSON; those that are marked also GET with
the same names in the query. A token comes from <code>access_token</code> and goes into
<code>Authorization: Bearer</code>. For machines: <code>/openapi.json</code>.</p>
<h2>Calls</h2>
${commands.map(section).join("\n")}
<h2>Resources</h2>
<table><tr><th>method</th><th>path</th><th>call</th></tr>${paths.join("")}</table>
<h2>Actions</h2>
<p>Each is <code>POST /api.json</code> with its name as <code>a</code>, its fields beside it or in
<code>postData</code>.</p>
${actions.map(section).join("\n")}
<h2>Errors</h2>
<table><tr><th>ErrNo</th><th>meaning</th></tr>${errors.join("")}</table>
</body>
</html>
`;
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
<p>Errors: ${links.join(" ")}</p>`;
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
