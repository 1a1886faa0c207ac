import { StoreFailure } from "../store-failure.ts";
import { ByteReader } from "./byte-reader.ts";
import { crc32c, unmasked } from "./crc32c.ts";
import type { LevelEntry } from "./level-entry.ts";
import { unsnap } from "./snappy.ts";

const footerBytes = 48;
const magic = 0xdb4775248b80fb57n;
/** Bytes after each block: its compression (0 none, 1 Snappy) and the CRC of block and compression. */
const trailerBytes = 5;
/** Bytes after each key: sequence number (56 bits) and type (8 bits, 0 = deletion). */
const sequenceBytes = 8;

interface BlockPosition {
  readonly offset: number;
  readonly length: number;
}

/**
 * Returns every block of a table (LevelDB, doc/table_format.md), uncompressed, in file order. LevelDB itself does
 * not verify their checksums when it reads, and ends the process because of some altered ones.
 * @throws StoreFailure `damaged` when any byte between beginning and footer is not covered by a right
 * checksum.
 */
export function tableBlocks(file: Buffer, what: string): Buffer[] {
  if (file.length < footerBytes) throw damaged(what, "is shorter than its footer");
  const footer = file.subarray(-footerBytes);
  if (footer.readBigUInt64LE(footerBytes - 8) !== magic) throw damaged(what, "has no footer");
  const reader = new ByteReader(footer, what);
  const metaIndex = placeIn(reader);
  const index = placeIn(reader);
  const blocks = new Map<number, { readonly position: BlockPosition; readonly block: Buffer }>();
  const take = (position: BlockPosition): Buffer => {
    const block = blockAt(file, position, what);
    blocks.set(position.offset, { position, block });
    return block;
  };
  for (const position of [
    ...positionsIn(take(metaIndex), what),
    ...positionsIn(take(index), what),
  ]) {
    take(position);
  }
  const inOrder = [...blocks.values()].sort((a, b) => a.position.offset - b.position.offset);
  let covered = 0;
  for (const { position } of inOrder) {
    if (position.offset !== covered) throw damaged(what, `has a gap at byte ${covered}`);
    covered += position.length + trailerBytes;
  }
  if (covered !== file.length - footerBytes) throw damaged(what, `has a gap at byte ${covered}`);
  return inOrder.map(({ block }) => block);
}

/**
 * Returns every entry of a table in key order, including obsolete and deleted ones.
 * @throws StoreFailure `damaged` as {@link tableBlocks} does.
 */
export function tableEntries(file: Buffer, what: string): LevelEntry[] {
  tableBlocks(file, what);
  const reader = new ByteReader(file.subarray(-footerBytes), what);
  placeIn(reader);
  const index = blockAt(file, placeIn(reader), what);
  return positionsIn(index, what).flatMap((position) =>
    blockEntries(blockAt(file, position, what), what),
  );
}

/** Returns the entries of a data block: a key shares a prefix with the one before, and ends with number and type. */
function blockEntries(block: Buffer, what: string): LevelEntry[] {
  const reader = new ByteReader(block.subarray(0, entriesEndOf(block, what)), what);
  const entries: LevelEntry[] = [];
  let previous = Buffer.alloc(0);
  while (!reader.isAtEnd) {
    const sharedBytes = reader.varint();
    const ownBytes = reader.varint();
    const valueBytes = reader.varint();
    if (sharedBytes > previous.length) throw damaged(what, "has a malformed key");
    const internal = Buffer.concat([previous.subarray(0, sharedBytes), reader.bytes(ownBytes)]);
    previous = internal;
    const keyBytes = internal.length - sequenceBytes;
    if (keyBytes < 0) throw damaged(what, "has a malformed key");
    const packed = internal.readBigUInt64LE(keyBytes);
    const value = reader.bytes(valueBytes);
    entries.push({
      key: internal.subarray(0, keyBytes),
      sequence: Number(packed >> 8n),
      value: (packed & 0xffn) === 0n ? null : value,
    });
  }
  return entries;
}

function blockAt(file: Buffer, { offset, length }: BlockPosition, what: string): Buffer {
  const end = offset + length;
  if (end + trailerBytes > file.length - footerBytes) throw damaged(what, "points beyond its end");
  const stored = unmasked(file.readUInt32LE(end + 1));
  if (crc32c(file.subarray(offset, end + 1)) !== stored) {
    throw damaged(what, `has an altered block at byte ${offset}`);
  }
  const block = file.subarray(offset, end);
  return file[end] === 0 ? block : unsnap(block, what);
}

/** Returns the positions of the blocks that an index block names. */
function positionsIn(block: Buffer, what: string): BlockPosition[] {
  const reader = new ByteReader(block.subarray(0, entriesEndOf(block, what)), what);
  const places: BlockPosition[] = [];
  while (!reader.isAtEnd) {
    reader.varint();
    const ownKeyBytes = reader.varint();
    const valueBytes = reader.varint();
    reader.bytes(ownKeyBytes);
    places.push(placeIn(new ByteReader(reader.bytes(valueBytes), what)));
  }
  return places;
}

/** Returns where the entries of a block end: its restart points and their count follow. */
function entriesEndOf(block: Buffer, what: string): number {
  const restarts = block.length < 4 ? -1 : block.readUInt32LE(block.length - 4);
  const entriesEnd = block.length - 4 - restarts * 4;
  if (restarts < 0 || entriesEnd < 0) throw damaged(what, "has malformed restart points");
  return entriesEnd;
}

function placeIn(reader: ByteReader): BlockPosition {
  return { offset: reader.varint(), length: reader.varint() };
}

function damaged(what: string, fault: string): StoreFailure {
  return new StoreFailure("damaged", `${what} ${fault}`);
}
