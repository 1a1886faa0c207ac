import { legacyItem, type NvAddress, type NvMemory, nvItem, nvTable, stackSystem } from "./nv.ts";

/** Parts of the flash that can be lost one by one, as by a bad page. */
export type NvPart =
  | "networkKey"
  | "alternateKey"
  | "panId"
  | "extendedPanId"
  | "networkBase"
  | "linkKeySeed"
  | "channel"
  | "frameCounters"
  | "devices"
  | "configuredFlag";

/** ZNP_HAS_CONFIGURED of Z-Stack 3: the host's own mark, the stack does not read it. */
const configuredFlag = 0x0060;

const items: Readonly<Record<Exclude<NvPart, "frameCounters" | "devices">, readonly number[]>> = {
  networkKey: [nvItem.activeKey],
  alternateKey: [nvItem.alternateKey],
  panId: [nvItem.panId],
  extendedPanId: [nvItem.extendedPanId, nvItem.apsUseExtendedPanId],
  networkBase: [nvItem.nib],
  linkKeySeed: [nvItem.linkKeySeed],
  channel: [nvItem.channelList],
  configuredFlag: [configuredFlag],
};

/** Deletes one part; what a first boot creates comes back blank with the next boot. */
export function loseNvPart(nv: NvMemory, part: NvPart): void {
  switch (part) {
    case "frameCounters":
      loseTable(nv, nvTable.securityMaterial);
      nv.delete(legacyItem(nvItem.networkKey));
      return;
    case "devices":
      loseTable(nv, nvTable.addressManager);
      loseTable(nv, nvTable.linkKeys);
      return;
    default:
      for (const item of items[part]) nv.delete(legacyItem(item));
  }
}

function loseTable(nv: NvMemory, table: number): void {
  for (let row = 0; row < longestTable; row += 1) {
    const address: NvAddress = { system: stackSystem, item: table, sub: row };
    nv.delete(address);
  }
}

/** More rows than any table has. */
const longestTable = 300;
