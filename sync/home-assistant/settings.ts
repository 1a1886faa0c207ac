/** What Home Assistant gets to see and may do. */
export interface HomeSettings {
  /** False: what was published is removed, and nothing else is done. */
  readonly isEnabled: boolean;
  readonly gatewayId: string;
  readonly gatewayName: string;
  readonly version: string;
  /** The first levels of discovery topics, as in Home Assistant's MQTT settings. */
  readonly discoveryPrefix: string;
  /** The first levels of the topics of locks. */
  readonly baseTopic: string;
  /** Programs may set and clear codes of their own. */
  readonly managesCodes: boolean;
  /** Events have the name of the person. */
  readonly hasNames: boolean;
  /** Home Assistant may lock, unlock and open the network. */
  readonly isRemoteAllowed: boolean;
}

/** A message to Home Assistant. */
export interface HomeMessage {
  readonly topic: string;
  /** Empty and retained = the broker forgets the topic. */
  readonly body: string;
  readonly isRetained: boolean;
}
