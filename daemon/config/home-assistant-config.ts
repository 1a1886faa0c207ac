import { type BrokerConfig, brokerOf } from "./broker-config.ts";
import type { ConfigDocument } from "./schema.ts";

/** What Home Assistant gets to see and may do, and through which broker. */
export interface HomeAssistantConfig {
  /** False: the gateway removes what it published and keeps no connection. */
  readonly isEnabled: boolean;
  /** Undefined = the cloud's broker, with its credentials. */
  readonly broker: BrokerConfig | undefined;
  readonly discoveryPrefix: string;
  /** The first levels of the topics of locks. */
  readonly baseTopic: string;
  readonly codes: "off" | "manage";
  /** Events have the name of the person. */
  readonly hasNames: boolean;
  /** Home Assistant may lock, unlock and open the network. */
  readonly isRemoteAllowed: boolean;
}

export function homeAssistantOf(
  section: ConfigDocument["home_assistant"],
): HomeAssistantConfig | undefined {
  if (section === undefined) return undefined;
  return {
    isEnabled: section.enabled,
    broker: section.url === undefined ? undefined : brokerOf(section, section.url),
    discoveryPrefix: section.discovery_prefix,
    baseTopic: section.base_topic,
    codes: section.codes,
    hasNames: section.names,
    isRemoteAllowed: section.remote,
  };
}
