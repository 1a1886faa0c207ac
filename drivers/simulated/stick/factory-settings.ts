import { tableRows } from "./network/device-table.ts";
import { securityMaterialRows } from "./network/network.ts";
import { blankNib } from "./network/nib.ts";
import { legacyItem, type NvMemory, nvItem, nvTable, tableRow } from "./nv.ts";

/** Bits of the startup option: what the next boot forgets. */
export const startupOption = { clearConfiguration: 0x01, clearState: 0x02 } as const;

/** Configuration items with what they hold until a host writes them. */
const configuration: readonly (readonly [item: number, contents: readonly number[]])[] = [
  [nvItem.startupOption, [0]],
  [nvItem.extendedPanId, Array.from({ length: 8 }, () => 0xff)],
  [nvItem.apsUseExtendedPanId, Array.from({ length: 8 }, () => 0)],
  [nvItem.preconfiguredKey, Array.from({ length: 16 }, () => 0)],
  [nvItem.preconfiguredKeysEnable, [1]],
  [nvItem.useDefaultLinkKey, [1]],
  [nvItem.panId, [0xff, 0xff]],
  [nvItem.channelList, [0x00, 0x08, 0x00, 0x00]],
  [nvItem.logicalType, [0]],
  [nvItem.directCallbacks, [0]],
];

/** Puts the configuration back to the firmware's own. */
export function resetConfiguration(nv: NvMemory): void {
  for (const [item, contents] of configuration) {
    nv.write(legacyItem(item), Uint8Array.from(contents));
  }
}

/**
 * Creates what a first boot creates, and nothing that is there already.
 * @param seed sixteen random bytes that the link keys of this stick derive from
 */
export function createMissingItems(nv: NvMemory, seed: Uint8Array): void {
  const create = (item: number, contents: Uint8Array) => {
    if (nv.length(legacyItem(item)) === 0) nv.write(legacyItem(item), contents);
  };
  for (const [item, contents] of configuration) create(item, Uint8Array.from(contents));
  create(nvItem.bootCounter, new Uint8Array(2));
  create(nvItem.nib, blankNib());
  create(nvItem.activeKey, new Uint8Array(17));
  create(nvItem.alternateKey, new Uint8Array(17));
  create(nvItem.networkKey, new Uint8Array(24));
  create(nvItem.isOnNetwork, Uint8Array.of(0));
  create(nvItem.linkKeySeed, seed);
  const noSecurity = Array.from({ length: tableRows.apsKeys }, () => [0xfe, 0xff, 0, 0, 0, 0]);
  create(nvItem.apsLinkKeyTable, Uint8Array.from([0, 0, ...noSecurity.flat()]));
  const createRows = (table: number, rows: number, blank: Uint8Array) => {
    for (let row = 0; row < rows; row++) {
      const address = tableRow(table, row);
      if (nv.length(address) === 0) nv.write(address, blank);
    }
  };
  createRows(nvTable.addressManager, tableRows.addressManager, new Uint8Array(12).fill(0xff));
  createRows(nvTable.linkKeys, tableRows.linkKeys, new Uint8Array(20));
  createRows(nvTable.apsKeys, tableRows.apsKeys, new Uint8Array(24));
  createRows(nvTable.securityMaterial, securityMaterialRows, new Uint8Array(12));
}
