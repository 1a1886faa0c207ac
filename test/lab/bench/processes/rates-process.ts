import { randomBytes } from "node:crypto";
import { Socket } from "node:net";
import { Level } from "level";
import { connectAsync } from "mqtt";
import { nowNs } from "../monotonic.ts";
import { type Fields, serve, tell } from "./line-service.ts";

/** How fast the bare parts go when nothing waits: `rates-process <broker url> <folder>`. */

const [url = "", folder = ""] = process.argv.slice(2);
/** As large as a usual record of the journal. */
const recordBytes = 300;
const body = randomBytes(recordBytes / 2).toString("hex");

const database = new Level<string, string>(`${folder}/rates`);
await database.open();
const client = await connectAsync(url, { clientId: "bench-rates", protocolVersion: 4 });
if (client.stream instanceof Socket) client.stream.setNoDelay(true);

serve({
  /** QoS 1, with as many in flight as our gateway has. */
  publish: async (fields): Promise<Fields> => {
    const atNs = nowNs();
    let left = Number(fields["count"]);
    const one = async () => {
      while (left > 0) {
        left -= 1;
        await client.publishAsync("bench/bare/up", body, { qos: 1 });
      }
    };
    await Promise.all(Array.from({ length: Number(fields["window"]) }, one));
    return { tookNs: nowNs() - atNs };
  },
  /** One after the other, each on the disk before the next. */
  put: async (fields): Promise<Fields> => {
    const atNs = nowNs();
    for (let number = 0; number < Number(fields["count"]); number += 1) {
      await database.put(String(number).padStart(12, "0"), body, { sync: true });
    }
    return { tookNs: nowNs() - atNs };
  },
});
tell({ ready: true });
