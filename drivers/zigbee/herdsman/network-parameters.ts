import { randomBytes, randomInt } from "node:crypto";
import { readIfPresent, replaceFile } from "../../../daemon/base/durable-file.ts";
import { networkOfBackup } from "../stick/coordinator-backup.ts";

/** What makes a Zigbee network this one and no other. The key is a secret: never logged. */
export interface NetworkParameters {
  /** 1 … 0xFFFE. */
  readonly panId: number;
  /** 8 bytes. */
  readonly extendedPanId: readonly number[];
  /** 16 bytes. */
  readonly networkKey: readonly number[];
  /** 11 … 26. Fixed for good: a change would lose sleeping locks. */
  readonly channel: number;
}

/** Where the parameters are stored. */
export interface NetworkSource {
  /** Path of network.json. */
  readonly network: string;
  readBackup(): Promise<Buffer | null>;
}

/** The parameters are lost, and no new ones may be made. `message` is a sentence for people. */
export class NetworkLostError extends Error {
  override readonly name = "NetworkLostError";
}

/**
 * The parameters of this gateway's network: read, or recovered from the coordinator backup, or, when
 * there is neither and no lock would be orphaned, made from random bytes and written before first use.
 * @param options.mayForm whether a new network may be made.
 * @throws NetworkLostError when there are none and none may be made.
 */
export async function loadNetworkParameters(
  files: NetworkSource,
  options: { readonly channel: number; readonly mayForm: boolean },
): Promise<NetworkParameters> {
  const stored = await readIfPresent(files.network);
  const known = stored === null ? null : parseNetwork(stored);
  if (known !== null) return known;
  const backup = await files.readBackup();
  const network = backup === null ? null : networkOfBackup(backup);
  const recovered = network === null ? null : checked(network);
  if (recovered === null && !options.mayForm) {
    throw new NetworkLostError(
      "The file network.json with the network's key is missing or damaged, and there is no coordinator " +
        "backup to take it from. Locks are paired, so no new network is made: put network.json or " +
        "coordinator_backup.json back.",
    );
  }
  const parameters = recovered ?? randomParameters(options.channel);
  await replaceFile(files.network, `${JSON.stringify(parameters, null, 2)}\n`);
  return parameters;
}

function randomParameters(channel: number): NetworkParameters {
  return {
    panId: randomInt(1, 0xffff),
    extendedPanId: [...randomBytes(8)],
    networkKey: [...randomBytes(16)],
    channel,
  };
}

/** Returns the parameters in network.json, or null when it is damaged. */
export function parseNetwork(content: Buffer): NetworkParameters | null {
  const value = parseJson(content);
  if (value === null) return null;
  return checked({
    panId: field(value, "panId"),
    extendedPanId: field(value, "extendedPanId"),
    networkKey: field(value, "networkKey"),
    channel: field(value, "channel"),
  });
}

function checked(value: Record<keyof NetworkParameters, unknown>): NetworkParameters | null {
  const { panId, extendedPanId, networkKey, channel } = value;
  if (!isWithin(panId, 1, 0xfffe) || !isWithin(channel, 11, 26)) return null;
  if (!isBytes(extendedPanId, 8) || !isBytes(networkKey, 16)) return null;
  return { panId, extendedPanId, networkKey, channel };
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function isBytes(value: unknown, length: number): value is readonly number[] {
  return (
    Array.isArray(value) && value.length === length && value.every((byte) => isWithin(byte, 0, 255))
  );
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString("utf8"));
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
