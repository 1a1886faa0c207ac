import { CompactEncrypt } from "jose";
import type { WireRecord } from "../up/encoding/wire-record.ts";
import type { KeyRing } from "./key-ring.ts";

/** Fields of an envelope that stay readable: routing at the broker and in the cloud needs them. */
const openFields: ReadonlySet<string> = new Set([
  "id",
  "command",
  "ErrNo",
  "ErrMsg",
  "event",
  "time",
  "uuid",
  "home_id",
  "room_id",
  "nickname",
  "seq",
  "epoch",
  "clock",
  "page",
]);

/**
 * Encrypts a record that contains codes to the cloud's key: everything but the envelope's own fields moves
 * into `sealed`, a JWE whose protected header binds it to this gateway and to its number in the journal.
 */
export async function sealedRecord(
  record: WireRecord,
  ring: KeyRing,
  gatewayId: string,
): Promise<WireRecord> {
  const recipient = ring.encryptionKey();
  if (recipient === undefined) throw new Error("the cloud has no key to encrypt to");
  const fields: Record<string, unknown> = JSON.parse(record.body);
  const entries = Object.entries(fields);
  const open = Object.fromEntries(entries.filter(([name]) => openFields.has(name)));
  const secret = Object.fromEntries(entries.filter(([name]) => !openFields.has(name)));
  const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(secret)))
    .setProtectedHeader({
      alg: "ECDH-ES+A256KW",
      enc: "A256GCM",
      kid: recipient.kid,
      typ: "latch-codes",
      gw: gatewayId,
      epoch: fields["epoch"],
      seq: fields["seq"],
    })
    .encrypt(recipient.key);
  return { ...record, body: JSON.stringify({ ...open, sealed }) };
}
