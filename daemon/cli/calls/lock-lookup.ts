import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { DaemonClient } from "../daemon-client.ts";

/**
 * Finds a lock by its address or name. Part of a name is enough only for a command that changes nothing: no
 * door may open, and no lock be unpaired, because its name contains a few letters.
 * @throws GatewayError `notFound`, or `badParameters` where the name fits several locks or is not whole
 */
export async function addressOfLock(
  client: DaemonClient,
  text: string,
  isPartEnough: boolean,
): Promise<string> {
  if (/^0x[0-9a-f]{16}$/.test(text)) return text;
  const { locks } = await client.command("list_locks", {});
  const known = (Array.isArray(locks) ? locks : []).filter(isJsonObject);
  const wanted = text.toLowerCase();
  const named = known.filter((lock) => nameOf(lock) === wanted);
  const like = known.filter((lock) => nameOf(lock).includes(wanted));
  const found = named.length > 0 ? named : like;
  const [lock] = found;
  if (lock === undefined) throw new GatewayError("notFound", `lock: there is no lock "${text}"`);
  if (named.length === 0 && !isPartEnough) {
    const names = like.map((one) => `"${String(one["name"])}"`).join(", ");
    const why = "a command that changes something needs the whole name, or the address";
    throw new GatewayError(
      "badParameters",
      `lock: no lock is named "${text}" (there is ${names}); ${why}`,
    );
  }
  if (found.length > 1) {
    const names = found.map((one) => `${String(one["name"])} (${String(one["uuid"])})`).join(", ");
    throw new GatewayError("badParameters", `lock: "${text}" fits several: ${names}`);
  }
  return String(lock["uuid"]);
}

function nameOf({ name }: JsonObject): string {
  return String(name).toLowerCase();
}
