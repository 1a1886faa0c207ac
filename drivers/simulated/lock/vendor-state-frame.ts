import type { Message } from "./transmitter.ts";

const payloadLength = 80;
const boltIndex = 75;

/**
 * Yunding's state frame (zigbee2mqtt#3018): manufacturer code 0x125A on cluster 0xFC00, 85 octets with
 * the header; the two lowest bits of octet 80 are the bolt, the last octet is a closed door.
 */
export function vendorStateFrame(isLocked: boolean): Message {
  const payload = new Uint8Array(payloadLength);
  payload[boltIndex] = isLocked ? 0x23 : 0x20;
  payload[payloadLength - 1] = 0x44;
  return {
    clusterId: 0xfc00,
    commandId: 0x00,
    payload,
    isClusterSpecific: true,
    direction: "clientToServer",
    manufacturerCode: 0x125a,
    wantsDefaultResponse: true,
  };
}
