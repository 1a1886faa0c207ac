import { randomBytes } from "node:crypto";
import { Socket } from "node:net";
import { Level } from "level";
import { connectAsync } from "mqtt";
import { nowNs } from "../monotonic.ts";
import { type Fields, serve, tell } from "./line-service.ts";

/** Bare MQTT.js and bare LevelDB: `edge-process <broker url> <folder>`. */

const [url = "", folder = ""] = process.argv.slice(2);
/** As large as a usual record of the journal. */
const recordBytes = 300;

const database = new Level<string, string>(`${folder}/bare`);
await database.open();
const client = await connectAsync(url, { clientId: "bench-bare", protocolVersion: 4 });
if (client.stream instanceof Socket) client.stream.setNoDelay(true);
client.on("message", () => tell({ received: "down", atNs: nowNs() }));
await client.subscribeAsync("bench/bare/down", { qos: 1 });
let puts = 0;

serve({
  publish: async (fields): Promise<Fields> => {
    const atNs = nowNs();
    await client.publishAsync("bench/bare/up", String(fields["body"]), { qos: 1 });
    return { atNs };
  },
  put: async (): Promise<Fields> => {
    puts += 1;
    const value = randomBytes(recordBytes / 2).toString("hex");
    const atNs = nowNs();
    await database.put(String(puts).padStart(12, "0"), value, { sync: true });
    return { tookNs: nowNs() - atNs };
  },
});
tell({ ready: true });
