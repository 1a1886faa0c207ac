import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";

const size = 640;
const center = size / 2;

interface Node {
  readonly uuid: string;
  readonly label: string;
  readonly quality: number | null;
  readonly kind: string;
  readonly parent: string | null;
  readonly x: number;
  readonly y: number;
}

/**
 * Draws the answer of `get_network`: the stick in the middle, routers round it, end devices outside. The width
 * of a line is the quality of the link; where a device's parent is not known, a dashed line goes to the stick.
 */
export function networkMap(network: JsonObject): string {
  const nodes = placed(objects(network["devices"]));
  const byId = new Map(nodes.map((node) => [node.uuid, node]));
  const hub = nodes.find((node) => node.kind === "coordinator");
  const lines = nodes.flatMap((node) => {
    const parent = node.parent === null ? hub : byId.get(node.parent);
    return parent === undefined || parent === node ? [] : [line(node, parent)];
  });
  const note = nodes.length === 0 ? text(center, center, "no stick, or no devices") : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" role="img">`,
    "<title>Zigbee network</title>",
    `<rect width="${size}" height="${size}" fill="#ffffff"/>`,
    ...lines,
    ...nodes.map(circle),
    note,
    "</svg>",
  ].join("\n");
}

function placed(devices: readonly JsonObject[]): readonly Node[] {
  const rings: Readonly<Record<string, number>> = { coordinator: 0, router: 130 };
  const groups = new Map<number, JsonObject[]>();
  for (const device of devices) {
    const radius = rings[textOf(device["kind"])] ?? 245;
    groups.set(radius, [...(groups.get(radius) ?? []), device]);
  }
  return [...groups].flatMap(([radius, members]) =>
    members.map((device, at): Node => {
      const angle = (2 * Math.PI * at) / members.length - Math.PI / 2;
      const quality = device["link_quality"];
      const parent = device["parent"];
      const uuid = textOf(device["uuid"]);
      return {
        uuid,
        label: textOf(device["name"]) || textOf(device["model"]) || uuid.slice(-6),
        quality: typeof quality === "number" ? quality : null,
        kind: textOf(device["kind"]),
        parent: typeof parent === "string" ? parent : null,
        x: round(center + radius * Math.cos(angle)),
        y: round(center + radius * Math.sin(angle)),
      };
    }),
  );
}

function line(from: Node, to: Node): string {
  const width = from.quality === null ? 1 : 1 + Math.round((from.quality / 255) * 5);
  const dash = from.parent === null ? ' stroke-dasharray="4 4"' : "";
  return `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="#7a8794" stroke-width="${width}"${dash}/>`;
}

const colours: Readonly<Record<string, string>> = {
  coordinator: "#1f5fa8",
  router: "#2e8b57",
  endDevice: "#d9822b",
};

function circle(node: Node): string {
  const fill = colours[node.kind] ?? "#888888";
  const quality = node.quality === null ? "" : ` (${node.quality})`;
  return [
    `<circle cx="${node.x}" cy="${node.y}" r="14" fill="${fill}"/>`,
    text(node.x, node.y + 30, `${node.label.slice(0, 24)}${quality}`),
  ].join("\n");
}

function text(x: number, y: number, content: string): string {
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="12" text-anchor="middle">${escaped(content)}</text>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for XML and HTML. Control characters, which XML does not allow, become U+FFFD. */
export function escaped(content: string): string {
  return cleanText(content).replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return isJsonList(value) ? value.filter(isJsonObject) : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
