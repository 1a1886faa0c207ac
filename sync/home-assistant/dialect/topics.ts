import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockRecord } from "../../../daemon/core/model/lock.ts";

/** The topics of one lock, as programs know them that speak to Zigbee2MQTT. */
export interface LockTopics {
  readonly state: string;
  readonly availability: string;
  readonly event: string;
}

export function lockTopicsOf(baseTopic: string, name: string): LockTopics {
  const state = `${baseTopic}/${name}`;
  return { state, availability: `${state}/availability`, event: `${state}/event` };
}

/** The topics of the gateway itself. */
export interface GatewayTopics extends Omit<LockTopics, "event"> {
  readonly set: string;
}

export function gatewayTopicsOf(gatewayId: string): GatewayTopics {
  const base = `latchd/${gatewayId}`;
  return { state: `${base}/state`, availability: `${base}/availability`, set: `${base}/set` };
}

/** What comes from Home Assistant. */
export type HomeTopic =
  | { readonly kind: "set" | "get"; readonly name: string }
  | { readonly kind: "gatewaySet" }
  | { readonly kind: "status" };

interface Prefixes {
  readonly gatewayId: string;
  readonly baseTopic: string;
  readonly discoveryPrefix: string;
}

/** Returns the topics that the gateway subscribes to. */
export function subscriptionsOf({ gatewayId, baseTopic, discoveryPrefix }: Prefixes): string[] {
  return [
    `${baseTopic}/+/set`,
    `${baseTopic}/+/get`,
    gatewayTopicsOf(gatewayId).set,
    `${discoveryPrefix}/status`,
  ];
}

/** Returns what a message on this topic is, or null if nobody subscribed to it. */
export function homeTopicOf(prefixes: Prefixes, topic: string): HomeTopic | null {
  if (topic === `${prefixes.discoveryPrefix}/status`) return { kind: "status" };
  if (topic === gatewayTopicsOf(prefixes.gatewayId).set) return { kind: "gatewaySet" };
  const base = `${prefixes.baseTopic}/`;
  if (!topic.startsWith(base)) return null;
  const [name = "", kind = "", ...rest] = topic.slice(base.length).split("/");
  if (name === "" || rest.length > 0) return null;
  return kind === "set" || kind === "get" ? { kind, name } : null;
}

/** Zigbee2MQTT's own topics are below this name. */
const foreignNames: ReadonlySet<string> = new Set(["bridge"]);

/**
 * Returns the name of each lock, which is also the last level of its topic: keymaster makes the topic from the name.
 * If several locks have the same name, each gets the end of its address too.
 */
export function topicNames(
  locks: Iterable<Pick<LockRecord, "lock" | "name">>,
): ReadonlyMap<LockId, string> {
  const plain = Array.from(locks, ({ lock, name }) => ({ lock, name: plainName(name) || lock }));
  const counts = new Map<string, number>();
  for (const { name } of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    plain.map(({ lock, name }) => {
      const isOwn = counts.get(name) === 1 && !foreignNames.has(name);
      return [lock, isOwn ? name : `${name} ${lock.slice(-4)}`];
    }),
  );
}

/** Returns a name without the characters that MQTT uses itself, and without control characters. */
function plainName(name: string): string {
  return name
    .replaceAll(/[/+#\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, "-")
    .trim()
    .slice(0, 128);
}
