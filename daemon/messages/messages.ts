import { readFile } from "node:fs/promises";
import type { MessagePort } from "../actions/ports.ts";
import type { Command } from "../commands/command.ts";
import { CloudMessenger, type CloudMessengerPorts } from "./cloud-messenger.ts";
import { WebhookMessenger, type WebhookMessengerPorts } from "./webhook-messenger.ts";

export interface MessagesConfig {
  /** Where messages are posted to; undefined = the cloud carries them. */
  readonly webhookUrl: string | undefined;
  /** Authorities to trust for https (PEM file) instead of the system's. */
  readonly caFile: string | undefined;
}

/** Whoever carries the messages, and the commands that belong to it. */
export interface Messages extends MessagePort {
  readonly commands: readonly Command[];
  close(): void;
}

export function messagesOf(
  config: MessagesConfig,
  ports: CloudMessengerPorts & Omit<WebhookMessengerPorts, "post">,
): Messages {
  if (config.webhookUrl === undefined) {
    const cloud = new CloudMessenger(ports);
    return {
      commands: [cloud.acknowledgement],
      handOver: (message) => cloud.handOver(message),
      close: () => cloud.close(),
    };
  }
  const url = config.webhookUrl;
  const webhook = new WebhookMessenger({
    sealer: ports.sealer,
    onRefused: (messageId, why) => ports.onRefused(messageId, why),
    onFault: (cause) => ports.onFault(cause),
    async post(body, signal) {
      // A message is rare: nothing is loaded and no connection kept between two.
      const { Poster } = await import("../callbacks/post.ts");
      const { caFile } = config;
      const ca = caFile === undefined ? undefined : await readFile(caFile, "utf8");
      const poster = new Poster(url, { ca });
      return await poster.post(body, signal).finally(() => poster.close());
    },
  });
  return {
    commands: [],
    handOver: (message) => webhook.handOver(message),
    close: () => webhook.close(),
  };
}
