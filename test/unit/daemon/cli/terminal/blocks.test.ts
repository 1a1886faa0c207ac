import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Block, blocksText, type Row } from "../../../../../daemon/cli/terminal/blocks.ts";
import { displayWidth } from "../../../../../daemon/cli/terminal/display-width.ts";
import { wrapText } from "../../../../../daemon/cli/terminal/text-wrap.ts";

function table(...rows: Row[]): Block {
  return { kind: "table", rows, none: "nothing" };
}

describe("the width of a text on a terminal", () => {
  for (const [text, width] of [
    ["front", 5],
    ["前门", 4],
    ["ＡＢ", 4],
    ["ｱ", 1],
    ["한글", 4],
    ["café", 4],
    ["cafe\u0301", 4],
    ["🔒", 2],
    ["👩‍👩‍👧", 2],
    ["🇩🇪", 2],
    ["☎️", 2],
    ["Łódź", 4],
    ["", 0],
  ] as const) {
    it(`is ${width} for "${text}"`, () => assert.equal(displayWidth(text), width));
  }
});

describe("a text that is wrapped", () => {
  it("breaks at spaces, between wide characters, and inside a word only if it is too long", () => {
    assert.deepEqual(wrapText("the front door", 9), ["the front", "door"]);
    assert.deepEqual(wrapText("前门三楼", 5), ["前门", "三楼"]);
    assert.deepEqual(wrapText("0x00124b0000000001", 10), ["0x00124b00", "00000001"]);
  });

  it("has no line that is too wide, and loses nothing but spaces", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", " ", "门", "é", "🔒") });
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 20 }), (text, width) => {
        const lines = wrapText(text, width);
        for (const line of lines) assert.ok(displayWidth(line) <= width, `"${line}"`);
        assert.equal(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""));
      }),
    );
  });
});

describe("a table", () => {
  it("counts a Chinese character as two columns", () => {
    const rows = [
      [
        ["name", "前门"],
        ["bolt", "locked"],
      ],
      [
        ["name", "cellar"],
        ["bolt", "open"],
      ],
    ] as const;
    assert.equal(blocksText([table(...rows)], 80), "name    bolt\n前门    locked\ncellar  open\n");
  });

  it("makes its widest column narrower until it fits", () => {
    const row: Row = [
      ["name", "front"],
      ["note", "a long note that does not fit into the line"],
    ];
    assert.equal(
      blocksText([table(row)], 40),
      "name   note\nfront  a long note that does not fit\n       into the line\n",
    );
  });

  it("shows its rows below each other where its columns cannot fit", () => {
    const row: Row = Array.from(
      { length: 12 },
      (_, at) => [`column-${at}`, "0x00124b0000"] as const,
    );
    const text = blocksText([table(row, row)], 40);
    assert.match(text, /^column-0 {3}0x00124b0000\ncolumn-1 /);
    assert.match(text, /\n\ncolumn-0 /);
  });

  it("leaves out a column in which no row has anything", () => {
    const row: Row = [
      ["name", "front"],
      ["why", "-"],
    ];
    assert.equal(blocksText([table(row)], 80), "name\nfront\n");
  });

  it("says that there is nothing, where there are no rows", () => {
    assert.equal(blocksText([table()], 80), "nothing\n");
  });

  it("keeps a date and its time in one line", () => {
    const row: Row = [
      ["time", "2026-12-01 05:50:59"],
      ["note", "some words of which there are many more than fit"],
    ];
    assert.match(blocksText([table(row)], 44), /2026-12-01 05:50:59 {2}some words/);
  });

  it("is never wider than the terminal", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "bc", " ", "门", "0x0012"),
      maxLength: 30,
    });
    const rows = fc.array(fc.record({ a: text, b: text, c: text, d: text }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (list) => {
        const shown = blocksText([table(...list.map((row) => Object.entries(row)))], 60);
        for (const line of shown.split("\n")) assert.ok(displayWidth(line) <= 60, line);
      }),
    );
  });
});
