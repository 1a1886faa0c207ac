import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { Json } from "../../../../daemon/base/json.ts";
import { callExamples } from "../../../../daemon/commands/examples/call-examples.ts";
import { commands } from "../../../../daemon/commands/table.ts";
import { eventNames } from "../../../../daemon/core/model/journal.ts";
import { eventCatalog } from "../../../../daemon/events/catalog/event-catalog.ts";
import { eventExamples } from "../../../../daemon/events/catalog/event-examples.ts";
import { CloudKeys } from "../../../support/cloud/cloud-keys.ts";
import {
  signedTime,
  silenceEvents,
  sizeEvents,
  smallBroker,
} from "../../../support/examples/broker-story.ts";
import { type Answers, callsOfKeys, everyCall } from "../../../support/examples/calls-story.ts";
import {
  type ConversationStep,
  conversation,
} from "../../../support/examples/conversation-story.ts";
import { deviceEvents, lossEvents } from "../../../support/examples/device-story.ts";
import { doorEvents, unmovedBolt } from "../../../support/examples/door-story.ts";
import {
  conversationIn,
  conversationText,
  eventsPage,
} from "../../../support/examples/events-page.ts";
import { writeCallExamples, writeEventExamples } from "../../../support/examples/example-files.ts";
import { ExampleHouse, type ExampleHouseOptions } from "../../../support/examples/example-house.ts";
import { type CallTexts, ExampleRecord } from "../../../support/examples/example-record.ts";
import {
  accessEvents,
  duplicateEvents,
  listenerEvents,
  messageEvents,
  rollBackEvents,
} from "../../../support/examples/gateway-story.ts";
import { isOptional } from "../../../support/examples/optional-fields.ts";
import { formDifferences } from "../../../support/examples/stable-values.ts";
import { ownTime, timeEvents } from "../../../support/examples/time-story.ts";
import { projectRoot } from "../../../support/project-root.ts";
import { freePort } from "../../../support/rigs/free-port.ts";

const isWriting = process.env["LATCHD_WRITE_DOCS"] === "1";
const eventsFile = join(projectRoot(), "docs/events.md");
/** Reads of slots come at once after a start, and not in between. */
const oftenAudited = { locks: { deadline_ms: 1_000, audits_per_day: 1_440 } };

/** Each story runs on a daemon of its own; `npm run docs:examples` writes what they said into the documents. */
describe("the examples of events, replies and a conversation", { timeout: 900_000 }, () => {
  const record = new ExampleRecord();
  let answers: Answers = new Map();
  let steps: readonly ConversationStep[] = [];

  async function inHouse(
    options: ExampleHouseOptions,
    story: (example: ExampleHouse) => Promise<unknown>,
  ): Promise<void> {
    const example = await ExampleHouse.open(options);
    try {
      await story(example);
      await example.heard();
      record.take(example.tap);
    } finally {
      await example.close();
    }
  }

  it("come from a conversation with a pairing, a lost broker, a replay and a snapshot", async () => {
    await inHouse({}, async (example) => {
      steps = await conversation(example);
    });
  });

  it("come from people at doors and keypads", async () => {
    await inHouse({}, async (example) => {
      await doorEvents(example);
      await unmovedBolt(example);
    });
  });

  it("come from locks that leave, a stick that is pulled out and a store that is lost", async () => {
    await inHouse({ config: oftenAudited }, async (example) => {
      await deviceEvents(example);
      await lossEvents(example);
    });
  });

  it("come from callers, messages and another program at the gateway", async () => {
    await inHouse({}, async (example) => {
      await accessEvents(example);
      await messageEvents(example);
      await duplicateEvents(example);
      await rollBackEvents(example);
    });
    await inHouse({ port: await freePort() }, listenerEvents);
  });

  it("come from a gateway whose time a person sets", async () => {
    await inHouse({ config: ownTime }, timeEvents);
  });

  it("come from a broker that accepts only small messages", async () => {
    await inHouse({ broker: smallBroker }, sizeEvents);
  });

  it("come from every command, over MQTT and REST", async () => {
    await inHouse({ config: { callbacks: { allow_http: true } } }, async (example) => {
      answers = await everyCall(example);
    });
  });

  it("come from a cloud that signs, and signs nothing for half a day", async () => {
    const keys = await CloudKeys.make();
    const options = { config: signedTime(keys), longestIntervalMs: 1_000 };
    await inHouse(options, async (example) => {
      await silenceEvents(example, keys);
      answers = await callsOfKeys(example, answers);
    });
    await keys.remove();
  });

  it("are those of the documents (if not: npm run docs:examples)", () => {
    const events = new Map(eventNames.map((name) => [name, record.events.get(name)]));
    const missing = [...events].filter(([, event]) => event === undefined).map(([name]) => name);
    assert.deepEqual(missing, [], "events without an example");
    const calls = record.callTexts(answers);
    const said = conversationText(record.stableSteps(steps));
    if (isWriting) {
      writeEventExamples(
        new Map([...events].map(([name, event]) => [name, JSON.stringify(event)])),
      );
      writeCallExamples("read", ofKind(calls, true));
      writeCallExamples("write", ofKind(calls, false));
      writeFileSync(eventsFile, eventsPage(said));
      return;
    }
    assert.deepEqual(
      [...events].flatMap(([name, event]) =>
        sayDifferences(name, [json(eventExamples[name]), event ?? null], {
          properties: { detail: eventCatalog[name].detail },
          required: ["detail"],
        }),
      ),
      [],
    );
    assert.deepEqual(
      commands.flatMap(({ name, input, output }) => {
        const [written, made] = [callExamples[name], calls.get(name)];
        return [
          ...sayDifferences(name, [json(written?.reply), json(made?.reply)], output),
          ...sayDifferences(name, [json(written?.request), json(made?.request)], input),
        ];
      }),
      [],
    );
    const written = conversationIn(readFileSync(eventsFile, "utf8"));
    assert.equal(wordsOf(said), wordsOf(written ?? ""));
  });
});

/** Returns where the form of two messages differs, but for fields that a message may leave out. */
function sayDifferences(
  name: string,
  [written, made]: readonly [Json, Json],
  schema: unknown,
): readonly string[] {
  return formDifferences(written, made)
    .filter(({ path, what }) => what !== "is in one of them" || !isOptional(schema, path))
    .map(({ path, what }) => `${name}: ${path} ${what}`);
}

function ofKind(calls: ReadonlyMap<string, CallTexts>, isReadOnly: boolean) {
  const names = commands.filter((one) => one.isReadOnly === isReadOnly).map(({ name }) => name);
  return new Map(
    names.flatMap((name) => {
      const call = calls.get(name);
      return call === undefined ? [] : [[name, call] as const];
    }),
  );
}

function json(text: string | undefined): Json {
  return JSON.parse(text ?? "null");
}

/** The conversation without its numbers, which differ from run to run. */
function wordsOf(text: string): string {
  return text.replaceAll(/\d+/g, "0");
}
