import assert from "node:assert/strict";

export type RoomKind = "outside" | "edge" | "rules" | "disk" | "work";
export type Trip = "password" | "opening" | "request" | "use";

export interface Room {
  readonly name: string;
  readonly text: string;
  readonly kind: RoomKind;
  readonly row: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export interface Arrow {
  readonly trip: Trip;
  readonly column: number;
  readonly from: Room;
  readonly to: Room;
  /** The step in the text beside the picture, or nothing. */
  readonly step: string;
}

export interface RoomPlan {
  readonly rooms: readonly Room[];
  readonly arrows: readonly Arrow[];
}

const kinds: readonly RoomKind[] = ["outside", "edge", "rules", "disk", "work"];
const trips: readonly Trip[] = ["password", "opening", "request", "use"];

const roomLine = /^room (\d) (\d+)-(\d+) (\w+) (\S+): (.+)$/;
const arrowLine = /^arrow (\w+) (\d+) (\S+) > (\S+)(?: (\w))?$/;

/**
 * Reads the text that a picture is drawn from (docs/architecture.rooms.txt describes its lines).
 * @throws AssertionError for an unknown line or room, or for an arrow outside its two rooms
 */
export function readPlan(text: string): RoomPlan {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const rooms = lines.filter((line) => line.startsWith("room ")).map(readRoom);
  const arrows = lines
    .filter((line) => !line.startsWith("room "))
    .map((line) => readArrow(line, rooms));
  return { rooms, arrows };
}

function readRoom(line: string): Room {
  const [, row, first, last, kindText, name = "", text = ""] = roomLine.exec(line) ?? [];
  const kind = kinds.find((one) => one === kindText);
  assert.ok(kind !== undefined, line);
  return {
    name,
    text,
    kind,
    row: Number(row),
    firstColumn: Number(first),
    lastColumn: Number(last),
  };
}

function readArrow(line: string, rooms: readonly Room[]): Arrow {
  const [, tripText, columnText, fromName, toName, step = ""] = arrowLine.exec(line) ?? [];
  const trip = trips.find((one) => one === tripText);
  const column = Number(columnText);
  const from = rooms.find(({ name }) => name === fromName);
  const to = rooms.find(({ name }) => name === toName);
  assert.ok(trip !== undefined && from !== undefined && to !== undefined, line);
  for (const room of [from, to]) {
    assert.ok(column >= room.firstColumn && column <= room.lastColumn, line);
  }
  return { trip, column, from, to, step };
}
