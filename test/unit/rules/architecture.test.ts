import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { drawPlan } from "../../support/picture/room-drawing.ts";
import { readPlan } from "../../support/picture/room-plan.ts";
import { projectRoot } from "../../support/project-root.ts";

const root = projectRoot();

/** Paths in backticks that begin in a top-level folder of the source. */
function pathsIn(page: string): string[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/`((?:daemon|drivers|sync|test|docs)\/[\w./-]*)`/g)].flatMap(
    ([, path]) => (path === undefined ? [] : [path]),
  );
}

for (const page of ["docs/architecture.md", "CONTRIBUTING.md"]) {
  describe(`the page ${page}`, () => {
    it("names only files and folders that exist", () => {
      const paths = pathsIn(page);
      assert.ok(paths.length > 5, "the page names paths");
      assert.deepEqual(
        paths.filter((path) => !existsSync(join(root, path))),
        [],
      );
    });
  });
}

describe("the picture of the architecture", () => {
  const file = join(root, "docs/architecture.svg");
  const plan = readPlan(readFileSync(join(root, "docs/architecture.rooms.txt"), "utf8"));

  it("is drawn from its text; LATCHD_WRITE_DOCS=1 draws it again", () => {
    const wanted = drawPlan(plan, "The rooms of latchd, a password in and an opening out");
    if (process.env["LATCHD_WRITE_DOCS"] === "1") writeFileSync(file, wanted);
    assert.equal(readFileSync(file, "utf8"), wanted);
  });

  it("shows folders that exist, and what is outside", () => {
    const inside = plan.rooms.filter(({ kind }) => kind !== "outside");
    assert.ok(inside.length > 5, "the picture has rooms");
    for (const { name } of inside) assert.ok(existsSync(join(root, name)), name);
  });

  it("leads each trip from one end of the gateway to the other without a gap", () => {
    const ends = { password: ["cloud", "locks"], opening: ["locks", "cloud"] } as const;
    for (const [trip, [first, last]] of Object.entries(ends)) {
      const arrows = plan.arrows.filter((arrow) => arrow.trip === trip);
      const stops = [first, ...arrows.map(({ to }) => to.name)];
      assert.deepEqual(
        arrows.map(({ from }) => from.name),
        stops.slice(0, -1),
      );
      assert.equal(stops.at(-1), last);
    }
  });

  it("refuses an arrow to a room that is not there, and one outside its rooms", () => {
    const rooms = "room 0 0-1 edge a: A\nroom 1 0-1 edge b: B\n";
    assert.throws(() => readPlan(`${rooms}arrow use 0 a > c\n`), /a > c/);
    assert.throws(() => readPlan(`${rooms}arrow use 2 a > b\n`), /use 2/);
  });
});
