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

/** @param gatewayId must not be empty, nor contain a character that MQTT uses itself (`/`, `+`, `#`). */
export function topicsOf(prefix: string, gatewayId: string): Topics {
  if (!/^[^/+#\0]+$/.test(gatewayId)) {
    throw new Error(`gateway id ${JSON.stringify(gatewayId)} cannot be part of a topic`);
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

/** Returns what comes down on `topic`; null = it is no topic of this gateway. */
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

/** For the cloud's side: returns whose message it is and what it carries; null = it is no topic up. */
export function parseUpTopic(
  prefix: string,
  topic: string,
): { readonly gatewayId: string; readonly kind: UpTopic } | null {
  if (!topic.startsWith(`${prefix}/`)) return null;
  const [gatewayId, direction, kind, ...rest] = topic.slice(prefix.length + 1).split("/");
  if (gatewayId === undefined || gatewayId === "" || direction !== "up" || rest.length > 0)
    return null;
  switch (kind) {
    case "reply":
    case "event":
    case "state":
      return { gatewayId, kind };
    default:
      return null;
  }
}
