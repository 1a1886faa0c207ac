import type { SyncMessage } from "./sync-messages.ts";

/**
 * Reads an acknowledgement without the schemas, which are loaded with the first other message: an idle
 * gateway receives nothing but acknowledgements.
 * @returns null for a malformed acknowledgement or another message; the schemas say which it is
 */
export function acknowledgementIn(
  value: unknown,
): Extract<SyncMessage, { kind: "acknowledgement" }> | null {
  if (typeof value !== "object" || value === null) return null;
  if (!("seq" in value && "epoch" in value) || Object.keys(value).length !== 2) return null;
  const { epoch, seq } = value;
  if (typeof epoch !== "string" || epoch.length === 0 || epoch.length > 128) return null;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) return null;
  return { kind: "acknowledgement", epoch, seq };
}
