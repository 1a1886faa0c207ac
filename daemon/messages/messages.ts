import { readFile } from "node:fs/promises";
import type { Command } from "../commands/command.ts";
import type { MessagePort } from "../tuya-actions/ports.ts";
import { CloudMessenger, type CloudMessengerPorts } from "./cloud-messenger.ts";
import { DirectMessenger, type DirectMessengerPorts } from "./direct-messenger.ts";
import { type MailConfig, mailAddressOf } from "./mail-address.ts";

export interface MessagesConfig {
  /** Where messages are posted to; undefined = nowhere. */
  readonly webhookUrl: string | undefined;
  /** The mail server that takes those for mail addresses; undefined = none. */
  readonly mail: MailConfig | undefined;
  /** Authorities to trust for https and mail (PEM file) instead of the system's. */
  readonly caFile: string | undefined;
}

/** The carriers of messages, and the commands that belong to them. */
export interface Messages extends MessagePort {
  readonly commands: readonly Command[];
  close(): void;
}

type Ports = CloudMessengerPorts & Omit<DirectMessengerPorts, "carry">;

/** Messages go by mail if it reaches the recipient, else to the web address or, without one, to the cloud. */
export function messagesOf(config: MessagesConfig, ports: Ports): Messages {
  const { mail, webhookUrl } = config;
  const letters = mail === undefined ? null : letterMessenger(config, mail, ports);
  const cloud = new CloudMessenger(ports);
  const others = webhookUrl === undefined ? cloud : postMessenger(config, webhookUrl, ports);
  return {
    commands: others === cloud ? [cloud.acknowledgement] : [],
    handOver: (message) => {
      const isMail = mail !== undefined && mailAddressOf(message.to, mail) !== null;
      return (isMail && letters !== null ? letters : others).handOver(message);
    },
    close: () => {
      letters?.close();
      others.close();
    },
  };
}

// Messages are rare: code is loaded and connections are opened for each of them.

function letterMessenger(
  { caFile }: MessagesConfig,
  config: MailConfig,
  ports: Ports,
): DirectMessenger {
  return new DirectMessenger({
    ...portsOf(ports),
    async carry(fields, signal) {
      const { mail } = await import("./mail.ts");
      return await mail(config, caFile, fields, signal);
    },
  });
}

function postMessenger({ caFile }: MessagesConfig, url: string, ports: Ports): DirectMessenger {
  return new DirectMessenger({
    ...portsOf(ports),
    async carry(fields, signal) {
      const { Poster } = await import("../callbacks/poster.ts");
      const ca = caFile === undefined ? undefined : await readFile(caFile, "utf8");
      const poster = new Poster(url, { ca });
      return await poster.post(JSON.stringify(fields), signal).finally(() => poster.close());
    },
  });
}

function portsOf(ports: Ports): Omit<DirectMessengerPorts, "carry"> {
  return {
    sealer: ports.sealer,
    onRefused: (messageId, why) => ports.onRefused(messageId, why),
    onFault: (cause) => ports.onFault(cause),
  };
}
