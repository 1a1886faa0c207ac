import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { fontSize, labelGap, type MapDevice, type MapPlace, mapLayout } from "./network-layout.ts";

/** Longest label, in characters. */
const labelLength = 32;

interface Node extends MapDevice {
  readonly quality: number | null;
}

/**
 * Draws the answer of `get_network` as a tree: the stick in the middle, and behind each device those that it connects. The
 * width of a line is the quality of the link; where a device's parent is not known, a dashed line goes to the stick.
 */
export function networkMap(network: JsonObject): string {
  const nodes = objects(network["devices"]).map(nodeOf);
  const quality = new Map(nodes.map((node) => [node.uuid, node.quality]));
  const { width, height, places } = mapLayout(nodes);
  const note = nodes.length === 0 ? text(width / 2, height / 2, "no stick, or no devices") : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    "<title>Zigbee network</title>",
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...places.flatMap((place) => line(place, quality.get(place.device.uuid) ?? null)),
    ...places.map(shape),
    ...places.map(label),
    note,
    "</svg>",
  ].join("\n");
}

function nodeOf(device: JsonObject): Node {
  const { link_quality: quality, parent } = device;
  const uuid = textOf(device["uuid"]);
  const name = textOf(device["name"]) || textOf(device["model"]) || uuid.slice(-6);
  const value = typeof quality === "number" ? quality : null;
  const shown = [...name].slice(0, labelLength).join("");
  return {
    uuid,
    kind: textOf(device["kind"]),
    label: value === null ? shown : `${shown} (${value})`,
    parent: typeof parent === "string" ? parent : null,
    quality: value,
  };
}

/** From the device across to its parent's column, then up to it, so that lines and labels never meet. */
function line({ device, x, y, to }: MapPlace, quality: number | null): readonly string[] {
  if (to === null) return [];
  const width = quality === null ? 1 : 1 + Math.round((quality / 255) * 5);
  const isKnown = device.parent !== null && device.parent === to.device.uuid;
  const dash = isKnown ? "" : ' stroke-dasharray="4 4"';
  const stroke = (path: string, attributes: string) =>
    `<path d="${path}" fill="none" stroke="#7a8794" ${attributes}/>`;
  return [
    stroke(`M${x} ${y}H${to.x}`, `stroke-width="${width}"${dash}`),
    stroke(`M${to.x} ${y}V${to.y}`, 'stroke-width="1"'),
  ];
}

const colours: Readonly<Record<string, string>> = {
  coordinator: "#1f5fa8",
  router: "#2e8b57",
  endDevice: "#d9822b",
};

/** The stick is a square, a router a diamond, and every other device a circle. */
function shape({ device: { kind }, x, y }: MapPlace): string {
  const fill = colours[kind] ?? "#888888";
  if (kind === "coordinator") {
    return `<rect x="${x - 10}" y="${y - 10}" width="20" height="20" fill="${fill}"/>`;
  }
  if (kind === "router") {
    return `<path d="M${x} ${y - 10}l10 10l-10 10l-10 -10z" fill="${fill}"/>`;
  }
  return `<circle cx="${x}" cy="${y}" r="8" fill="${fill}"/>`;
}

function label({ device, x, y, side }: MapPlace): string {
  const middle = y + fontSize / 3;
  switch (side) {
    case "left":
      return text(x - labelGap, middle, device.label, "end");
    case "right":
      return text(x + labelGap, middle, device.label, "start");
    case "middle":
      return text(x, y - labelGap, device.label);
  }
}

function text(
  x: number,
  y: number,
  content: string,
  anchor: "start" | "middle" | "end" = "middle",
): string {
  return `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${fontSize}" text-anchor="${anchor}">${escaped(content)}</text>`;
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
