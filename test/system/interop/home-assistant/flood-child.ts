import { connectAsync } from "mqtt";

/*
 * A process that floods a lock with codes, some thousand in a second, until it is killed. It is no part of the
 * process that measures, so that only the daemon is slowed down. Arguments: the broker's URL, the topic of the lock. Writes a line when it has begun.
 */
const [, , url = "", topic = ""] = process.argv;
const client = await connectAsync(url);
for (let count = 0; ; count += 1) {
  const code = String(100_000 + ((count * 7_919) % 900_000));
  const pin = { user: 5 + (count % 3), user_enabled: true, pin_code: code };
  // Without an acknowledgement.
  await client.publishAsync(`${topic}/set`, JSON.stringify({ pin_code: pin }));
  if (count === 1_000) process.stdout.write("flooding\n");
  // Some thousand messages in a second: more would only fill the broker's queue for minutes.
  if (count % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
}
