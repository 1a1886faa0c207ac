import type { Arrow, Room, RoomPlan } from "./room-plan.ts";

const columnWidth = 60;
const roomHeight = 56;
const rowHeight = 98;
const margin = 16;
const legendHeight = 34;

const style = `
  .page { fill: #ffffff }
  text { font: 13px system-ui, sans-serif; fill: #57606a; text-anchor: middle }
  .name { font: bold 15px ui-monospace, monospace; fill: #1f2328 }
  .room { fill: #f6f8fa; stroke: #8c959f; stroke-width: 1.2 }
  .outside { fill: none; stroke-dasharray: 5 4 }
  .rules { fill: #fff8c5 } .disk { fill: #dafbe1 } .work { fill: #ddf4ff }
  line { stroke-width: 2 } .password { stroke: #0969da } .opening { stroke: #bc4c00 }
  .request, .use { stroke: #6e7781 } .use { stroke-dasharray: 3 3 }
  .password-head, .password-step { fill: #0969da } .opening-head, .opening-step { fill: #bc4c00 }
  .request-head, .use-head { fill: #6e7781 } .step { fill: #ffffff; font-weight: bold; font-size: 12px }
  .legend { text-anchor: start }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 }
    text { fill: #9198a1 } .name { fill: #f0f6fc }
    .room { fill: #151b23; stroke: #656c76 } .outside { fill: none }
    .rules { fill: #2e2a1f } .disk { fill: #12261e } .work { fill: #121d2f }
    .password { stroke: #4493f8 } .opening { stroke: #db6d28 } .request, .use { stroke: #8b949e }
    .password-head, .password-step { fill: #4493f8 } .opening-head, .opening-step { fill: #db6d28 }
    .request-head, .use-head { fill: #8b949e } .step { fill: #0d1117 }
  }`;

/** Draws a plan of rooms as an SVG that follows the reader's light or dark mode. */
export function drawPlan({ rooms, arrows }: RoomPlan, title: string): string {
  const columns = Math.max(...rooms.map(({ lastColumn }) => lastColumn + 1));
  const rows = Math.max(...rooms.map(({ row }) => row + 1));
  const width = columns * columnWidth + 2 * margin;
  const height = (rows - 1) * rowHeight + roomHeight + 2 * margin + legendHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${title}">`,
    `<style>${style}\n</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="8"/>`,
    ...arrows.filter(({ from, to }) => isFar(from, to)).map(drawArrow),
    ...rooms.map(drawRoom),
    ...arrows.filter(({ from, to }) => !isFar(from, to)).map(drawArrow),
    ...drawLegend(height - margin),
    "</svg>",
    "",
  ].join("\n");
}

/** Whether an arrow passes a row without touching a room in it. */
function isFar(from: Room, to: Room): boolean {
  return Math.abs(from.row - to.row) > 1;
}

function drawRoom(room: Room): string {
  const left = margin + room.firstColumn * columnWidth;
  const width = (room.lastColumn - room.firstColumn + 1) * columnWidth;
  const middle = left + width / 2;
  const top = topOf(room);
  return [
    `<rect class="room ${room.kind}" x="${left}" y="${top}" width="${width}" height="${roomHeight}" rx="6"/>`,
    `<text class="name" x="${middle}" y="${top + 24}">${room.name}</text>`,
    `<text x="${middle}" y="${top + 43}">${room.text}</text>`,
  ].join("\n");
}

function drawArrow({ trip, column, from, to, step }: Arrow): string {
  const x = margin + (column + 0.5) * columnWidth;
  const isDown = from.row < to.row;
  const start = topOf(from) + (isDown ? roomHeight : 0);
  const end = topOf(to) + (isDown ? 0 : roomHeight);
  const back = isDown ? -9 : 9;
  const middle = (start + end) / 2;
  const label =
    step === ""
      ? []
      : [
          `<circle class="${trip}-step" cx="${x}" cy="${middle - back / 3}" r="9"/>`,
          `<text class="step" x="${x}" y="${middle - back / 3 + 4}">${step}</text>`,
        ];
  return [
    `<line class="${trip}" x1="${x}" y1="${start}" x2="${x}" y2="${end + back}"/>`,
    `<path class="${trip}-head" d="M${x - 6} ${end + back} h12 l-6 ${-back} z"/>`,
    ...label,
  ].join("\n");
}

function drawLegend(y: number): string[] {
  const entries = [
    ["password", "1 to 6: a password in"],
    ["opening", "a to e: an opening out"],
    ["request", "a person's request"],
    ["use", "a function call"],
  ];
  return entries.map(([trip, text], index) => {
    const left = margin + index * 185;
    return (
      `<line class="${trip}" x1="${left}" y1="${y - 4}" x2="${left + 24}" y2="${y - 4}"/>` +
      `<text class="legend" x="${left + 32}" y="${y}">${text}</text>`
    );
  });
}

function topOf({ row }: Room): number {
  return margin + row * rowHeight;
}
