import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { labelWidth, mapLayout } from "../../../../../daemon/api/routes/network-layout.ts";
import { networkMap } from "../../../../../daemon/api/routes/network-map.ts";
import type { JsonObject } from "../../../../../daemon/base/json.ts";

const hub = { uuid: "hub", kind: "coordinator", label: "hub", parent: null };

/** A rectangle of the picture, and what is in it. */
interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly of: string;
}

const names = [
  "front door",
  "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
  "一楼东侧入口大门门锁传感器测试装置",
  "x",
];

function device(at: number, kind: string, parent: number | null): JsonObject {
  return {
    uuid: `0x${String(at).padStart(16, "0")}`,
    kind,
    name: `${names[at % names.length]} ${at}`,
    model: "M",
    link_quality: at === 0 ? null : (at * 37) % 256,
    parent: parent === null ? null : `0x${String(parent).padStart(16, "0")}`,
  };
}

/** A stick, 9 routers of which some are behind others, and 40 locks; some parents are not known. */
const house: JsonObject = {
  devices: [
    device(0, "coordinator", null),
    ...Array.from({ length: 9 }, (_, at) => device(at + 1, "router", at < 5 ? 0 : at - 3)),
    ...Array.from({ length: 40 }, (_, at) =>
      device(at + 10, "endDevice", at % 8 === 0 ? null : at % 10),
    ),
  ],
};

function numbers(svg: string, pattern: RegExp): readonly (readonly string[])[] {
  return [...svg.matchAll(pattern)].map((match) => match.slice(1));
}

function labels(svg: string): readonly Box[] {
  const found = numbers(
    svg,
    /<text x="([\d.]+)" y="([\d.]+)" [^>]*font-size="([\d.]+)" text-anchor="(\w+)">([^<]*)</g,
  );
  return found.map(([x, y, size, anchor, of = ""]) => {
    const width = labelWidth(of);
    const left = Number(x) - (anchor === "start" ? 0 : anchor === "end" ? width : width / 2);
    const baseline = Number(y);
    const [top, bottom] = [baseline - Number(size), baseline + Number(size) * 0.3];
    return { left, right: left + width, top, bottom, of };
  });
}

function shapes(svg: string): readonly Box[] {
  const box = (x: number, y: number, radius: number): Box => ({
    ...{ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius },
    of: `the device at ${x} ${y}`,
  });
  return [
    ...numbers(svg, /<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/g).map(([x, y, r]) =>
      box(Number(x), Number(y), Number(r)),
    ),
    ...numbers(svg, /<path d="M([\d.]+) ([\d.]+)l/g).map(([x, y]) =>
      box(Number(x), Number(y) + 10, 10),
    ),
    ...numbers(svg, /<rect x="([\d.]+)" y="([\d.]+)" width="20"/g).map(([x, y]) =>
      box(Number(x) + 10, Number(y) + 10, 10),
    ),
  ];
}

/** The straight parts of the lines: one across and one up for each device. */
function lines(svg: string): readonly Box[] {
  const found = numbers(
    svg,
    /<path d="M([\d.]+) ([\d.]+)([HV])([\d.]+)"[^>]*stroke-width="(\d+)"/g,
  );
  return found.map(([x, y, way, end, width]) => {
    const [fromX, fromY, to, half] = [Number(x), Number(y), Number(end), Number(width) / 2];
    const of = `the line from ${fromX} ${fromY}`;
    const [toX, toY] = way === "H" ? [to, fromY] : [fromX, to];
    return {
      left: Math.min(fromX, toX) - (way === "V" ? half : 0),
      right: Math.max(fromX, toX) + (way === "V" ? half : 0),
      top: Math.min(fromY, toY) - (way === "H" ? half : 0),
      bottom: Math.max(fromY, toY) + (way === "H" ? half : 0),
      of,
    };
  });
}

function isApart(a: Box, b: Box): boolean {
  return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}

function assertApart(first: readonly Box[], second: readonly Box[]): void {
  for (const a of first) {
    for (const b of second) assert.ok(a === b || isApart(a, b), `${a.of} meets ${b.of}`);
  }
}

describe("the picture of a network with 50 devices", () => {
  const svg = networkMap(house);
  const [size = []] = numbers(svg, /viewBox="0 0 ([\d.]+) ([\d.]+)"/g);

  it("has a label, a shape and a line for each device", () => {
    assert.equal(labels(svg).length, 50);
    assert.equal(shapes(svg).length, 50);
    assert.equal(lines(svg).length / 2, 49);
    assert.equal(svg.match(/stroke-dasharray/g)?.length, 5);
  });

  it("has no label that meets another label, a device or a line", () => {
    const all = labels(svg);
    assertApart(all, all);
    assertApart(all, shapes(svg));
    assertApart(all, lines(svg));
  });

  it("has no devices that meet", () => {
    const all = shapes(svg);
    assertApart(all, all);
  });

  it("has everything inside its frame", () => {
    const [width = 0, height = 0] = size.map(Number);
    for (const { left, right, top, bottom, of } of [...labels(svg), ...shapes(svg)]) {
      assert.ok(left >= 0 && right <= width && top >= 0 && bottom <= height, of);
    }
  });

  it("leads each device to its parent, and to the stick where that is not known", () => {
    const devices = [hub, { ...hub, uuid: "r", kind: "router", parent: "hub" }];
    const lock = { ...hub, kind: "endDevice" };
    const { places } = mapLayout([
      { ...lock, uuid: "l1", parent: "r" },
      { ...lock, uuid: "l2", parent: null },
      { ...lock, uuid: "l3", parent: "nobody" },
      ...devices,
    ]);
    const parents = places.map(({ device: { uuid }, to }) => [uuid, to?.device.uuid ?? null]);
    assert.deepEqual(Object.fromEntries(parents), {
      hub: null,
      r: "hub",
      l1: "r",
      l2: "hub",
      l3: "hub",
    });
  });
});

describe("the picture of a network", () => {
  it("shows each device once where the routers' lists form a ring", () => {
    const ring = [device(0, "coordinator", null), device(1, "router", 2), device(2, "router", 1)];
    assert.equal(labels(networkMap({ devices: ring })).length, 3);
  });

  it("shows devices without a stick, and says so when there is none at all", () => {
    const svg = networkMap({ devices: [device(1, "endDevice", null)] });
    assert.equal(labels(svg).length, 1);
    assert.equal(lines(svg).length, 0);
    assert.match(networkMap({ devices: [] }), />no stick, or no devices</);
  });
});
