import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readFieldLocks } from "../../../drivers/simulated/lock/field-record.ts";
import { projectRoot } from "../../support/project-root.ts";
import { readFieldFrames } from "./field-frames.ts";
import { playFrames } from "./play-frames.ts";
import { playModels } from "./play-models.ts";
import type { ReportLine } from "./report-line.ts";

const folder = join(projectRoot(), "test", "lab", "field");
const locks = readFieldLocks(readFileSync(join(folder, "locks.json"), "utf8"));
const frames = readFieldFrames(readFileSync(join(folder, "frames.jsonl"), "utf8"));

/** One of each kind; `npm run field` plays them all. */
const models = [
  "yale-yrd256-tsdb",
  "yale-lia",
  "irevo-06ffff2027",
  "kwikset-convert-gen1",
  "danalock-v3",
  "idlock-150",
  "onesti-easycodetouch-v1",
  "onesti-nimlypro",
  "yunding-ford",
  "aqara-lock-s2",
  "shina-dlm-300z",
  "tuya-ty0a01",
];

/** Returns the lines that are wrong, for the failure message. */
async function wrongLines(
  play: (tell: (line: ReportLine) => void) => Promise<number>,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const count = await play(({ id, what, fault }) => {
    if (fault !== null) wrong.push(`${id} ${what}: ${fault}`);
  });
  assert.equal(count, wrong.length);
  return wrong;
}

describe("real locks", () => {
  it("pair, hold codes, open, tell and leave as their records say", async () => {
    const played = locks.filter(({ id }) => models.includes(id));
    assert.equal(played.length, models.length);
    assert.deepEqual(await wrongLines((tell) => playModels(played, models.length, tell)), []);
  });

  it("say by every recorded frame what it means", async () => {
    assert.ok(frames.length > 60, "the frames of this folder are read");
    assert.deepEqual(await wrongLines((tell) => playFrames(locks, frames, tell)), []);
  });

  it("are reported as wrong if a frame is expected to mean something else", async () => {
    const [one] = frames.filter(({ id }) => id === "f016");
    assert.ok(one !== undefined);
    const expect = { kind: "events", events: [{ kind: "lockState", state: "locked" }] } as const;
    const wrong = await wrongLines((tell) => playFrames(locks, [{ ...one, expect }], tell));
    assert.equal(wrong.length, 1);
  });
});

describe("a record of a lock", () => {
  it("is read with nothing in it but its id", () => {
    const [lock] = readFieldLocks(
      '[{"id":"nobody","endpoints":[{"id":2,"in":null}],"battery":null}]',
    );
    assert.equal(lock?.model, null);
    assert.deepEqual(lock?.endpoints, [{ id: 2, deviceId: null, in: null, out: null }]);
  });

  it("names what it does not understand, and takes that for not known", () => {
    const [lock] = readFieldLocks(
      '[{"id":"a","pinUsers":"many","battery":{"raw":"full","scale":"volts"},"endpoints":{}}]',
    );
    assert.deepEqual(lock?.notUnderstood, [
      "endpoints {}",
      'pinUsers "many"',
      'battery.raw "full"',
      'battery.scale "volts"',
    ]);
    assert.deepEqual([lock?.pinUsers, lock?.battery?.raw], [null, null]);
    assert.deepEqual(
      locks.flatMap(({ notUnderstood }) => notUnderstood),
      [],
    );
  });

  it("is reported as wrong, with the word, if a frame has an unknown word", async () => {
    const line = (changes: object) =>
      JSON.stringify({ zcl: "18010a00003002", cluster: "0x0101", expect: [], ...changes });
    const strange = readFieldFrames(
      [line({ expect: [{ kind: "tamper" }] }), line({ direction: "sideways" })].join("\n"),
    );
    const wrong = await wrongLines((tell) => playFrames(locks, strange, tell));
    assert.match(wrong[0] ?? "", /not understood in the file: expect {"kind":"tamper"}/);
    assert.match(wrong[1] ?? "", /not understood in the file: direction "sideways"/);
    assert.throws(() => readFieldFrames("\n{oops"), /line 2: is no JSON/);
  });

  it("is refused with its line number if it has no id", () => {
    assert.throws(() => readFieldLocks("[{}]"), /lock 0: id/);
    assert.throws(() => readFieldFrames('{"cluster":257}'), /line 1: zcl/);
  });
});
