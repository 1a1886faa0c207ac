import { ClusterId, General, noTime, Status } from "../../zcl/constants.ts";
import { DataType, readValue, type ZclValue } from "../../zcl/data-type.ts";
import { OctetReader, OctetWriter } from "../../zcl/octets.ts";
import type { LockParts } from "../lock-parts.ts";
import type { Request } from "../transmitter.ts";
import { type Attribute, attributeTable, type Cluster } from "./cluster.ts";

const day = 24 * 60 * 60 * 1000;
const firstAskMs = 2_000;
/** A lock without a valid time asks again; with one it asks once a day. */
const retryMs = 10 * 60 * 1000;

/** Attributes of Time 0x000A that a lock asks for: time, status, zone, DST shift, local time. */
const askedAttributes = [0x0000, 0x0001, 0x0002, 0x0005, 0x0007] as const;

/** Time 0x000A as a server: the lock's clock is written by the coordinator (ZCL 3.12). */
export function timeServerCluster({ clock, file }: LockParts): Cluster {
  const key = (id: number): string => `${ClusterId.time}:${id}`;
  const kept = (id: number): number => Number(file.memory.settings[key(id)] ?? 0);
  const offset = (): number => kept(0x0002) + kept(0x0005);
  const keep = (id: number, value: ZclValue): number => {
    if (typeof value !== "number") return Status.invalidValue;
    file.memory.settings[key(id)] = value;
    const utcSeconds = clock.utcSeconds();
    if (utcSeconds !== null) clock.set(utcSeconds, offset());
    file.changed();
    return Status.success;
  };
  const setting = (id: number, type: number): Attribute => ({
    id,
    type,
    read: () => kept(id),
    write: (value) => keep(id, value),
  });
  return {
    id: ClusterId.time,
    attributes: attributeTable([
      {
        id: 0x0000,
        type: DataType.utcTime,
        read: () => clock.utcSeconds() ?? noTime,
        write: (value) => {
          if (typeof value !== "number" || value === noTime) return Status.invalidValue;
          clock.set(value, offset());
          return Status.success;
        },
      },
      setting(0x0001, DataType.bitmap8),
      setting(0x0002, DataType.int32),
      setting(0x0003, DataType.uint32),
      setting(0x0004, DataType.uint32),
      setting(0x0005, DataType.int32),
      { id: 0x0006, type: DataType.uint32, read: () => clock.wireLocalSeconds() },
      { id: 0x0007, type: DataType.uint32, read: () => clock.wireLocalSeconds() },
    ]),
    receive: () => ({ status: Status.unsupClusterCommand }),
  };
}

/** Time 0x000A as a client: asks the coordinator after joining and every day. */
export class TimeClient {
  readonly #parts: LockParts;
  #cancel: () => void = () => {};

  constructor(parts: LockParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
    this.#cancel = this.#parts.time.after(firstAskMs, () => this.ask());
  }

  stop(): void {
    this.#cancel();
  }

  /** Reads the coordinator's clock now, and plans the next time. */
  ask(): void {
    const { time, clock, transmitter } = this.#parts;
    const writer = new OctetWriter();
    for (const id of askedAttributes) writer.u16(id);
    transmitter.send({
      clusterId: ClusterId.time,
      commandId: General.readAttributes,
      payload: writer.finish(),
      isClusterSpecific: false,
      direction: "clientToServer",
    });
    this.stop();
    const waitMs = clock.utcSeconds() === null ? retryMs : day;
    this.#cancel = time.after(waitMs, () => this.ask());
  }

  /** Takes a Read Attributes Response: what is missing or not to be trusted changes nothing. */
  answered(request: Request): void {
    const answer = readAnswer(new OctetReader(request.zcl.payload));
    const utcSeconds = answer.get(0x0000);
    if (utcSeconds === undefined || utcSeconds === noTime) return;
    const isTrusted = ((answer.get(0x0001) ?? 0) & 0b11) !== 0;
    if (this.#parts.quirks.timeSource === "strict" && !isTrusted) return;
    const localSeconds = answer.get(0x0007);
    const offset =
      localSeconds === undefined || localSeconds === noTime
        ? (answer.get(0x0002) ?? 0) + (answer.get(0x0005) ?? 0)
        : localSeconds - utcSeconds;
    this.#parts.clock.set(utcSeconds, offset);
    this.stop();
    this.#cancel = this.#parts.time.after(day, () => this.ask());
  }
}

function readAnswer(reader: OctetReader): ReadonlyMap<number, number> {
  const values = new Map<number, number>();
  while (reader.remaining > 0) {
    const id = reader.u16();
    if (reader.u8() !== Status.success) continue;
    const value = readValue(reader, reader.u8());
    if (typeof value === "number") values.set(id, value);
  }
  return values;
}
