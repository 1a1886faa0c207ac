import type { ByteReader } from "../bytes.ts";
import { ByteWriter } from "../bytes.ts";
import { legacyItem, type NvAddress, type NvMemory } from "../nv.ts";
import { mtStatus, statusOnly } from "./mt-codes.ts";
import type { MtTable } from "./mt-command.ts";

/** Longest stretch of an entry in one answer. */
const readLength = 246;
/** Longest entry (the stack's page leaves no room for more). */
const longestEntry = 4000;

/** NVINTF status codes of the extended commands. */
const nvintf = {
  success: 0,
  badLength: 5,
  badOffset: 6,
  failure: 1,
  notFound: 10,
  exists: 13,
} as const;

function addressOf(request: ByteReader): NvAddress {
  return { system: request.u8(), item: request.u16(), sub: request.u16() };
}

/** The old way in: items of 16-bit ids. */
export const nvCommands: MtTable = [
  {
    id: 0x07,
    name: "SYS_OSAL_NV_ITEM_INIT",
    run: ({ nv }, request) => {
      const address = legacyItem(request.u16());
      const length = request.u16();
      const initial = request.bytes(request.u8());
      if (nv.length(address) === length) return statusOnly(mtStatus.success);
      if (length === 0 || length > longestEntry || initial.length > length) {
        return statusOnly(mtStatus.operationFailed);
      }
      const contents = new Uint8Array(length).fill(0xff);
      contents.set(initial);
      const isWritten = nv.write(address, contents);
      return statusOnly(isWritten ? mtStatus.itemCreated : mtStatus.operationFailed);
    },
  },
  {
    id: 0x08,
    name: "SYS_OSAL_NV_READ",
    run: ({ nv }, request) => read(nv, request, request.u16(), 1),
  },
  {
    id: 0x09,
    name: "SYS_OSAL_NV_WRITE",
    run: ({ nv }, request) => write(nv, request, request.u16(), 1),
  },
  {
    id: 0x12,
    name: "SYS_OSAL_NV_DELETE",
    run: ({ nv }, request) => {
      const address = legacyItem(request.u16());
      const length = request.u16();
      if (nv.length(address) === 0) return statusOnly(mtStatus.itemCreated);
      if (nv.length(address) !== length) return statusOnly(mtStatus.badItemLength);
      nv.delete(address);
      return statusOnly(mtStatus.success);
    },
  },
  {
    id: 0x13,
    name: "SYS_OSAL_NV_LENGTH",
    run: ({ nv }, request) => new ByteWriter().u16(nv.length(legacyItem(request.u16()))).toBytes(),
  },
  {
    id: 0x1c,
    name: "SYS_OSAL_NV_READ_EXT",
    run: ({ nv }, request) => read(nv, request, request.u16(), 2),
  },
  {
    id: 0x1d,
    name: "SYS_OSAL_NV_WRITE_EXT",
    run: ({ nv }, request) => write(nv, request, request.u16(), 2),
  },
  {
    id: 0x30,
    name: "SYS_NV_CREATE",
    run: ({ nv }, request) => {
      const address = addressOf(request);
      const length = request.u32();
      if (nv.length(address) > 0) return statusOnly(nvintf.exists);
      if (length === 0 || length > longestEntry) return statusOnly(nvintf.badLength);
      const isWritten = nv.write(address, new Uint8Array(length).fill(0xff));
      return statusOnly(isWritten ? nvintf.success : nvintf.failure);
    },
  },
  {
    id: 0x31,
    name: "SYS_NV_DELETE",
    run: ({ nv }, request) =>
      statusOnly(nv.delete(addressOf(request)) ? nvintf.success : nvintf.notFound),
  },
  {
    id: 0x32,
    name: "SYS_NV_LENGTH",
    run: ({ nv }, request) => new ByteWriter().u32(nv.length(addressOf(request))).toBytes(),
  },
  {
    id: 0x33,
    name: "SYS_NV_READ",
    run: ({ nv }, request) => {
      const contents = nv.read(addressOf(request));
      const start = request.u16();
      const length = request.u8();
      if (contents === null) return Uint8Array.of(nvintf.notFound, 0);
      if (start + length > contents.length) return Uint8Array.of(nvintf.badLength, 0);
      return Uint8Array.of(nvintf.success, length, ...contents.subarray(start, start + length));
    },
  },
  {
    id: 0x34,
    name: "SYS_NV_WRITE",
    run: ({ nv }, request) => {
      const address = addressOf(request);
      const start = request.u16();
      const piece = request.bytes(request.u8());
      const contents = nv.read(address);
      if (contents === null) return statusOnly(nvintf.notFound);
      if (start + piece.length > contents.length) return statusOnly(nvintf.badOffset);
      contents.set(piece, start);
      return statusOnly(nv.write(address, contents) ? nvintf.success : nvintf.failure);
    },
  },
  {
    id: 0x35,
    name: "SYS_NV_UPDATE",
    run: ({ nv }, request) => {
      const address = addressOf(request);
      const contents = request.bytes(request.u8());
      if (contents.length === 0) return statusOnly(nvintf.badLength);
      return statusOnly(nv.write(address, contents) ? nvintf.success : nvintf.failure);
    },
  },
  {
    id: 0x36,
    name: "SYS_NV_COMPACT",
    run: (_, request) => {
      request.u16();
      return statusOnly(nvintf.success);
    },
  },
];

/** Offsets and lengths take one byte in the first commands and two in the _EXT ones. */
type FieldWidth = 1 | 2;

function field(request: ByteReader, width: FieldWidth): number {
  return width === 1 ? request.u8() : request.u16();
}

function read(nv: NvMemory, request: ByteReader, id: number, width: FieldWidth): Uint8Array {
  const contents = nv.read(legacyItem(id));
  const start = field(request, width);
  if (contents === null || start >= contents.length) {
    return Uint8Array.of(mtStatus.invalidParameter, 0);
  }
  const stretch = contents.subarray(start, start + readLength);
  return Uint8Array.of(mtStatus.success, stretch.length, ...stretch);
}

function write(nv: NvMemory, request: ByteReader, id: number, width: FieldWidth): Uint8Array {
  const address = legacyItem(id);
  const start = field(request, width);
  const piece = request.bytes(field(request, width));
  const contents = nv.read(address);
  if (contents === null) return statusOnly(mtStatus.invalidParameter);
  if (start + piece.length > contents.length) return statusOnly(mtStatus.badItemLength);
  contents.set(piece, start);
  return statusOnly(nv.write(address, contents) ? mtStatus.success : mtStatus.operationFailed);
}
