import type { DataTypeId, ZclValue } from "../../zcl/data-type.ts";
import type { OctetReader } from "../../zcl/octets.ts";
import type { Request } from "../transmitter.ts";

/** One attribute of one cluster. Without `write` it is read-only. */
export interface Attribute {
  readonly id: number;
  readonly type: DataTypeId;
  readonly read: () => ZclValue;
  /** Takes a value of the right type or refuses it. @returns a ZCL status. */
  readonly write?: (value: ZclValue) => number;
  readonly isReportable?: boolean;
  /** The vendor's code, for an attribute that is read, written and reported under it only. */
  readonly manufacturerCode?: number;
}

/**
 * What became of a cluster's command: `answered` by its own response (now or later), `silent` when
 * the lock says nothing at all, or a status for a default response.
 */
export type CommandEnd = "answered" | "silent" | { readonly status: number };

export interface Cluster {
  readonly id: number;
  readonly attributes: ReadonlyMap<number, Attribute>;
  /** @throws MalformedFrame when the payload is too short. */
  receive(request: Request, payload: OctetReader): CommandEnd;
}

export function attributeTable(attributes: readonly Attribute[]): ReadonlyMap<number, Attribute> {
  return new Map(attributes.map((attribute) => [attribute.id, attribute]));
}
