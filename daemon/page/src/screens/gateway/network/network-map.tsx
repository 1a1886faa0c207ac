import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { gateway } from "../texts.ts";
import { cardHeight, mapLayout, type Node, rowHeight } from "./map-layout.ts";
import { type Branch, deviceName, type Link, qualityLevel } from "./mesh.ts";

interface NetworkMapProps {
  readonly root: Branch;
  readonly links: readonly Link[];
  readonly chosen: string | null;
  onChoose(uuid: string | null): void;
}

const firstWidth = 358;
/** Narrower than any phone; the picture scrolls then. */
const minWidth = 256;
/** A character's usual width in a label, px; Chinese ones take two. */
const characterWidth = 7.4;
/** What a card needs beside the label: its sign, the number, and their gaps. */
const besideLabel = 84;

/** The tree of the network as a picture. The links of the chosen device that are not in the tree are drawn over it. */
export function NetworkMap({ root, links, chosen, onChoose }: NetworkMapProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useSignal(firstWidth);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.max(minWidth, Math.floor(entry?.contentRect.width ?? firstWidth));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const layout = mapLayout(root, width.value);
  const nodes = new Map(layout.nodes.map((node) => [node.branch.device.uuid, node]));
  const others = chosen === null ? [] : otherLinks(links, chosen, nodes);
  const { network } = gateway.texts.value;
  return (
    <div ref={place} class="scroll network-map">
      {/* biome-ignore lint/a11y/useSemanticElements: a picture cannot be a fieldset */}
      <svg
        role="group"
        aria-label={network.picture}
        width={layout.width}
        height={layout.height}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
      >
        {layout.trunks.map((path) => (
          <path key={path} d={path} class="edge" />
        ))}
        {layout.stubs.map(({ branch, path }) => (
          <path
            key={branch.device.uuid}
            d={path}
            class={`edge stub ${branch.isKnown ? qualityLevel(branch.quality) : "guessed"}`}
          />
        ))}
        {others.map(({ key, path, level }) => (
          <path key={key} d={path} class={`edge other ${level}`} />
        ))}
        {layout.nodes.map((node) => (
          <DeviceCard
            key={node.branch.device.uuid}
            node={node}
            isChosen={node.branch.device.uuid === chosen}
            onChoose={onChoose}
          />
        ))}
      </svg>
    </div>
  );
}

interface DeviceCardProps {
  readonly node: Node<Branch>;
  readonly isChosen: boolean;
  onChoose(uuid: string | null): void;
}

function DeviceCard({ node, isChosen, onChoose }: DeviceCardProps) {
  const { branch, x, y, width } = node;
  const { device, quality } = branch;
  const { network } = gateway.texts.value;
  const level = qualityLevel(quality);
  const name = deviceName(device);
  const isRoot = device.kind === "coordinator";
  const choose = () => onChoose(isChosen ? null : device.uuid);
  const facts = [name, network.kinds[device.kind]];
  if (!isRoot)
    facts.push(`${network.quality}: ${quality ?? ""} ${network.levels[levelWord(level)]}`);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a picture has no button element
    <g
      role="button"
      tabIndex={0}
      aria-pressed={isChosen}
      aria-description={facts.join(", ")}
      class={`device ${device.kind} ${isChosen ? "chosen" : ""}`}
      transform={`translate(${x} ${y})`}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      }}
    >
      <rect class="target" y={(cardHeight - rowHeight) / 2} width={width} height={rowHeight} />
      <rect class="card-ground" width={width} height={cardHeight} rx={8} />
      <KindSign kind={device.kind} />
      <text x={34} y={22}>
        {shortened(name, width - besideLabel)}
      </text>
      {!isRoot && (
        <text class={`quality ${level}`} x={width - 10} y={22}>
          {quality ?? "–"}
        </text>
      )}
    </g>
  );
}

/** A house for the gateway, a diamond for a router, a dot for an end device. */
function KindSign({ kind }: { readonly kind: Branch["device"]["kind"] }) {
  if (kind === "coordinator") return <path class="sign" d="M10 18l8-8 8 8v7h-16z" />;
  if (kind === "router") return <path class="sign" d="M18 9l8 8-8 8-8-8z" />;
  return <circle class="sign" cx={18} cy={17} r={5} />;
}

function otherLinks(
  links: readonly Link[],
  chosen: string,
  nodes: ReadonlyMap<string, Node<Branch>>,
): readonly { readonly key: string; readonly path: string; readonly level: string }[] {
  return links.flatMap(({ from, to, link_quality, relation }, index) => {
    if (from !== chosen && to !== chosen) return [];
    const one = nodes.get(from);
    const other = nodes.get(to);
    if (one === undefined || other === undefined || relation === "child" || relation === "parent") {
      return [];
    }
    const path = arc(one, other);
    return [{ key: `${from} ${to} ${index}`, path, level: qualityLevel(link_quality) }];
  });
}

/** Returns a curve between the middles of two cards, bent so that one in the same column is seen too. */
function arc(one: Node<Branch>, other: Node<Branch>): string {
  const [fromX, fromY] = [one.x + one.width / 2, one.y + cardHeight / 2];
  const [toX, toY] = [other.x + other.width / 2, other.y + cardHeight / 2];
  const bend = Math.min(90, Math.abs(toY - fromY) / 3 + 20);
  return `M${fromX} ${fromY}Q${(fromX + toX) / 2 + bend} ${(fromY + toY) / 2} ${toX} ${toY}`;
}

function levelWord(level: ReturnType<typeof qualityLevel>): "ok" | "warn" | "bad" | "off" {
  return level === "wait" ? "off" : level;
}

/** Returns as much of a label as its card has room for. The whole name is in the table and for screen readers. */
export function shortened(text: string, room: number): string {
  let used = 0;
  for (const [index, character] of [...text].entries()) {
    used += character.charCodeAt(0) > 0x2e80 ? 2 * characterWidth : characterWidth;
    if (used > room) return `${[...text].slice(0, Math.max(1, index - 1)).join("")}…`;
  }
  return text;
}
