import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { csvOf } from "../../../../daemon/page/src/screens/history/csv.ts";

describe("a history that is saved as CSV", () => {
  it("is UTF-8 with a mark, commas and line ends of RFC 4180", () => {
    assert.equal(
      csvOf([
        ["time", "who"],
        ["18:00", "Łukasz"],
      ]),
      "\ufefftime,who\r\n18:00,Łukasz\r\n",
    );
  });

  it("quotes commas, quotes and line ends", () => {
    const row = ['the "blue" room', "a,b", "two\r\nlines", ""];
    assert.equal(csvOf([row]), '\ufeff"the ""blue"" room","a,b","two\r\nlines",\r\n');
  });

  it("runs nothing that somebody typed as a name", () => {
    for (const name of ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://evil")']) {
      const [cell = ""] = csvOf([[name]])
        .slice(1)
        .split("\r\n");
      assert.match(cell, /^"?'/, name);
    }
    assert.equal(csvOf([["a=b", "1-2"]]), "\ufeffa=b,1-2\r\n");
  });
});
