import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Check } from "typebox/value";
import { callExamples } from "../../../daemon/commands/examples/call-examples.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { eventNames } from "../../../daemon/core/model/journal.ts";
import { eventCatalog } from "../../../daemon/events/catalog/event-catalog.ts";
import { eventMessages, replyMessages } from "../../../sync/message-schemas.ts";
import { conversationIn, eventsPage, repliesPage } from "../../support/examples/events-page.ts";
import { projectRoot } from "../../support/project-root.ts";
import { undeclared } from "../../support/rest/declared-reply.ts";

const isWriting = process.env["LATCHD_WRITE_DOCS"] === "1";

/** Calls whose example is a refusal: they need a person on the page, or a lock in a state that no story has. */
const refusedCalls = ["release_grants", "passphrase_set", "session_end", "adopt_lock"];

function pageIs(path: string, made: (written: string) => string): void {
  const file = join(projectRoot(), path);
  const written = readFileSync(file, "utf8");
  if (isWriting) writeFileSync(file, made(written));
  else assert.equal(written, made(written), `${path}: npm run docs`);
}

describe("the documents of events and replies", () => {
  it("are made from the schemas and the examples (if not: npm run docs)", () => {
    pageIs("docs/events.md", (written) => eventsPage(conversationIn(written) ?? ""));
    pageIs("docs/replies.md", () => repliesPage(commands, callExamples));
  });

  it("have a sentence, a schema and an example for every event, which fits the schema", () => {
    assert.deepEqual(Object.keys(eventCatalog).sort(), [...eventNames].sort());
    for (const { name, summary, payload, example } of eventMessages()) {
      assert.match(summary, /^[A-Z].+[.]$/, name);
      assert.ok(Check(payload, example), `${name}: ${JSON.stringify(example)}`);
      assert.deepEqual(undeclared(payload, example, ""), [], name);
    }
  });

  it("have an example for every reply, which fits the schema and is a success", () => {
    for (const { name, payload, example } of replyMessages()) {
      assert.ok(Check(payload, example), `${name}: ${JSON.stringify(example)}`);
      assert.deepEqual(undeclared(payload, example, ""), [], name);
      const { reply = "{}" } = callExamples[name] ?? {};
      const isSuccess = JSON.parse(reply).ErrNo === 0;
      assert.equal(isSuccess, !refusedCalls.includes(name), `${name}: ${reply}`);
    }
  });

  it("have a request for every command, which the command accepts", () => {
    for (const { name, input } of commands) {
      const params: unknown = JSON.parse(callExamples[name]?.request ?? "null");
      assert.ok(Check(input, params), `${name}: ${JSON.stringify(params)}`);
    }
  });
});
