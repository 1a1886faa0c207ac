/** Names one entry of the stick's non-volatile memory (NVINTF_itemID_t). */
export interface NvAddress {
  readonly system: number;
  readonly item: number;
  readonly sub: number;
}

/** NVINTF_SYSID_ZSTACK: the stack's own entries. */
export const stackSystem = 1;

/** The old OSAL items are sub-entries of item 0 (ZCD_NV_EX_LEGACY). */
export function legacyItem(id: number): NvAddress {
  return { system: stackSystem, item: 0, sub: id };
}

/** A row of one of the tables that Z-Stack 3.x.0 keeps row by row. */
export function tableRow(item: number, row: number): NvAddress {
  return { system: stackSystem, item, sub: row };
}

/** OSAL item ids that the stack itself reads or writes (ZComDef.h). */
export const nvItem = {
  extendedAddress: 0x0001,
  bootCounter: 0x0002,
  startupOption: 0x0003,
  nib: 0x0021,
  extendedPanId: 0x002d,
  activeKey: 0x003a,
  alternateKey: 0x003b,
  apsUseExtendedPanId: 0x0047,
  apsLinkKeyTable: 0x004c,
  isOnNetwork: 0x0055,
  preconfiguredKey: 0x0062,
  preconfiguredKeysEnable: 0x0063,
  useDefaultLinkKey: 0x006d,
  networkKey: 0x0082,
  panId: 0x0083,
  channelList: 0x0084,
  logicalType: 0x0087,
  directCallbacks: 0x008f,
  linkKeySeed: 0x0101,
} as const;

/** Tables kept row by row (ZCD_NV_EX_*). */
export const nvTable = {
  addressManager: 0x0001,
  linkKeys: 0x0004,
  apsKeys: 0x0006,
  securityMaterial: 0x0007,
} as const;

/** Flash set aside for the entries' contents; a write that would not fit is refused. */
const capacityBytes = 0x10000;

/** An entry as it is stored: its address and its contents in hex. */
export type NvEntry = readonly [address: string, contents: string];

/** The stick's flash: entries of bytes, gone or whole. Knows nothing of files. */
export class NvMemory {
  readonly #entries = new Map<string, Uint8Array>();
  readonly #changed: () => void;
  #usedBytes = 0;

  /** @param changed called after every change. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  length(address: NvAddress): number {
    return this.#entries.get(keyOf(address))?.length ?? 0;
  }

  /** @returns a copy, or null when there is no such entry. */
  read(address: NvAddress): Uint8Array | null {
    return this.#entries.get(keyOf(address))?.slice() ?? null;
  }

  /** Creates or replaces an entry. @returns false, and changes nothing, when the flash is full. */
  write(address: NvAddress, contents: Uint8Array): boolean {
    const growth = contents.length - this.length(address);
    if (this.#usedBytes + growth > capacityBytes) return false;
    this.#entries.set(keyOf(address), contents.slice());
    this.#usedBytes += growth;
    this.#changed();
    return true;
  }

  /** @returns false when there was no such entry. */
  delete(address: NvAddress): boolean {
    this.#usedBytes -= this.length(address);
    const isDeleted = this.#entries.delete(keyOf(address));
    if (isDeleted) this.#changed();
    return isDeleted;
  }

  clear(): void {
    this.#entries.clear();
    this.#usedBytes = 0;
    this.#changed();
  }

  /** Everything, for storing. */
  dump(): NvEntry[] {
    return [...this.#entries].map(([key, contents]) => [
      key,
      Buffer.from(contents).toString("hex"),
    ]);
  }

  /** Puts back what {@link dump} gave, in place of everything here. */
  restore(entries: readonly NvEntry[]): void {
    this.#entries.clear();
    this.#usedBytes = 0;
    for (const [key, contents] of entries) {
      const bytes = Uint8Array.from(Buffer.from(contents, "hex"));
      this.#entries.set(key, bytes);
      this.#usedBytes += bytes.length;
    }
  }
}

function keyOf({ system, item, sub }: NvAddress): string {
  return [system, item, sub].map((part) => part.toString(16).padStart(4, "0")).join(":");
}
