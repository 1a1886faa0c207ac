import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import fc from "fast-check";
import { VirtualTime } from "../../../../drivers/simulated/simulation-time.ts";
import { NvFileError } from "../../../../drivers/simulated/stick/nv-file.ts";
import { SimulatedStick } from "../../../../drivers/simulated/stick/stick.ts";
import { formedStick, newStick } from "../../../support/radio/virtual-stick.ts";
import { sys, u16, type ZnpClient } from "../../../support/radio/znp-client.ts";

const nvInit = 0x07;
const nvDelete = 0x12;
const nvLength = 0x13;
const nvReadExt = 0x1c;
const nvWriteExt = 0x1d;

/** Reads a whole item the way hosts do, piece by piece. */
function readItem(client: ZnpClient, id: number): number[] {
  const lengths = client.ask(sys, nvLength, u16(id));
  const length = (lengths[0] ?? 0) | ((lengths[1] ?? 0) << 8);
  const bytes: number[] = [];
  while (bytes.length < length) {
    const [status, count = 0, ...piece] = client.ask(sys, nvReadExt, u16(id, bytes.length));
    assert.equal(status, 0);
    assert.equal(piece.length, count);
    bytes.push(...piece);
  }
  return bytes;
}

describe("NV memory over the serial line", () => {
  it("creates, writes and reads items of any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 600 }), (value) => {
        const { client } = newStick();
        const initial = value.slice(0, 200);
        const init = [...u16(0x0f30, value.length), initial.length, ...initial];
        assert.deepEqual([...client.ask(sys, nvInit, init)], [0x09]);
        for (let start = 0; start < value.length; start += 240) {
          const piece = value.slice(start, start + 240);
          const write = [...u16(0x0f30, start, piece.length), ...piece];
          assert.deepEqual([...client.ask(sys, nvWriteExt, write)], [0]);
        }
        assert.deepEqual(readItem(client, 0x0f30), [...value]);
      }),
      { numRuns: 20 },
    );
  });

  it("answers the creation of an item that is there with success", () => {
    const { client } = newStick();
    client.ask(sys, nvInit, [...u16(0x0060, 1), 1, 0x55]);
    assert.deepEqual([...client.ask(sys, nvInit, [...u16(0x0060, 1), 1, 0x66])], [0]);
    assert.deepEqual(readItem(client, 0x0060), [0x55]);
  });

  it("deletes an item only by its right length", () => {
    const { client } = newStick();
    client.ask(sys, nvInit, [...u16(0x0060, 1), 1, 0x55]);
    assert.deepEqual([...client.ask(sys, nvDelete, u16(0x0060, 2))], [0x0c]);
    assert.deepEqual([...client.ask(sys, nvDelete, u16(0x0060, 1))], [0]);
    assert.deepEqual(readItem(client, 0x0060), []);
    assert.deepEqual([...client.ask(sys, nvDelete, u16(0x0060, 1))], [0x09]);
  });

  it("refuses to read what is not there and to write past the end", () => {
    const { client } = newStick();
    assert.deepEqual([...client.ask(sys, nvReadExt, u16(0x0f31, 0))], [2, 0]);
    client.ask(sys, nvInit, [...u16(0x0f31, 4), 0]);
    assert.deepEqual([...client.ask(sys, nvWriteExt, [...u16(0x0f31, 3, 2), 1, 2])], [0x0c]);
  });

  it("keeps extended entries by system, item and sub-item", () => {
    const { client } = newStick();
    const entry = [5, ...u16(0x0042, 0x0007)];
    assert.deepEqual([...client.ask(sys, 0x30, [...entry, 3, 0, 0, 0])], [0]);
    assert.deepEqual([...client.ask(sys, 0x34, [...entry, ...u16(1), 2, 8, 9])], [0]);
    assert.deepEqual([...client.ask(sys, 0x32, entry)], [3, 0, 0, 0]);
    assert.deepEqual([...client.ask(sys, 0x33, [...entry, ...u16(0), 3])], [0, 3, 0xff, 8, 9]);
    assert.deepEqual([...client.ask(sys, 0x35, [...entry, 1, 4])], [0]);
    assert.deepEqual([...client.ask(sys, 0x33, [...entry, ...u16(0), 1])], [0, 1, 4]);
    assert.deepEqual([...client.ask(sys, 0x31, entry)], [0]);
    assert.deepEqual([...client.ask(sys, 0x33, [...entry, ...u16(0), 1])], [10, 0]);
  });

  it("shows the old items as sub-items of item 0", () => {
    const { client } = newStick();
    assert.deepEqual([...client.ask(sys, 0x33, [1, ...u16(0, 0x0083, 0), 2])], [0, 2, 0xff, 0xff]);
  });

  it("gives every table rows of one length", () => {
    const { client } = formedStick();
    const rows = (item: number) => {
      let count = 0;
      for (;;) {
        const length = client.ask(sys, 0x32, [1, ...u16(item, count)])[0] ?? 0;
        if (length === 0) return count;
        assert.equal(length, { 1: 12, 4: 20, 6: 24, 7: 12 }[item]);
        count++;
      }
    };
    assert.deepEqual([1, 4, 6, 7].map(rows), [257, 200, 3, 5]);
    assert.equal(readItem(client, 0x21).length, 116);
    assert.equal(readItem(client, 0x82).length, 24);
    assert.equal((readItem(client, 0x4c).length - 2) % 6, 0);
  });
});

describe("the file behind the NV memory", () => {
  let directory = "";
  let nvPath = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "nv-"));
    nvPath = join(directory, "stick.json");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("brings everything back after a restart, readable by its owner alone", async () => {
    const first = formedStick({ nvPath });
    first.client.ask(sys, nvInit, [...u16(0x0060, 1), 1, 0x55]);
    const nib = readItem(first.client, 0x21);
    await first.stick.close();
    assert.deepEqual(readdirSync(directory), ["stick.json"]);
    assert.equal(statSync(nvPath).mode & 0o777, 0o600);
    const second = newStick({ nvPath });
    assert.deepEqual(readItem(second.client, 0x0060), [0x55]);
    assert.deepEqual(readItem(second.client, 0x21), nib);
    await second.stick.close();
  });

  it("is written soon after a change, once for many changes", () => {
    const { client, time } = newStick({ nvPath });
    client.ask(sys, nvInit, [...u16(0x0060, 1), 1, 0x55]);
    assert.deepEqual(readdirSync(directory), []);
    time.advance(250);
    assert.deepEqual(readdirSync(directory), ["stick.json"]);
  });

  it("is refused when it is something else", () => {
    writeFileSync(nvPath, '{"version":1,"entries":[["x","y"]]}');
    const stick = new SimulatedStick({ time: new VirtualTime(), nvPath });
    assert.throws(() => stick.open(), NvFileError);
  });
});
