/** What a topic carries; docs/mqtt.md has the table. */
export type DownTopic = "command" | "sync";
export type UpTopic = "reply" | "event" | "state";

/** The topics of one gateway below `{prefix}/{gatewayId}`. */
export interface Topics {
  readonly command: string;
  readonly sync: string;
  readonly reply: string;
  readonly event: string;
  readonly state: string;
}

/** @param gatewayId may hold none of MQTT's own characters (`/`, `+`, `#`), nor may it be empty. */
export function topicsOf(prefix: string, gatewayId: string): Topics {
  if (!/^[^/+#\0]+$/.test(gatewayId)) {
    throw new Error(`gateway id ${JSON.stringify(gatewayId)} cannot stand in a topic`);
  }
  const base = `${prefix}/${gatewayId}`;
  return {
    command: `${base}/down/command`,
    sync: `${base}/down/sync`,
    reply: `${base}/up/reply`,
    event: `${base}/up/event`,
    state: `${base}/up/state`,
  };
}

/** @returns which way down `topic` is, or null when it is none of this gateway's. */
export function parseDownTopic(topics: Topics, topic: string): DownTopic | null {
  switch (topic) {
    case topics.command:
      return "command";
    case topics.sync:
      return "sync";
    default:
      return null;
  }
}

/** The cloud's side: whose message it is and what it carries, or null when it is no way up. */
export function parseUpTopic(
  prefix: string,
  topic: string,
): { readonly gatewayId: string; readonly kind: UpTopic } | null {
  if (!topic.startsWith(`${prefix}/`)) return null;
  const [gatewayId, way, kind, ...rest] = topic.slice(prefix.length + 1).split("/");
  if (gatewayId === undefined || gatewayId === "" || way !== "up" || rest.length > 0) return null;
  switch (kind) {
    case "reply":
    case "event":
    case "state":
      return { gatewayId, kind };
    default:
      return null;
  }
}
