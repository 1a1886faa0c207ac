import type { SyncMessage } from "./sync-messages.ts";

/**
 * The one message that a gateway at rest gets again and again, known without the schemas: they are loaded
 * for the first other message.
 * @returns null = not a right acknowledgement, or another message: the schemas say which.
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
