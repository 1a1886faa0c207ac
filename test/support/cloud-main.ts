import { Cloud, type CloudEvent } from "./cloud.ts";

/**
 * A cloud to look on with: `node dist/test/support/cloud-main.js <broker url> [callback url]`.
 * Prints every event once, in the envelope of V1.6, as one JSON line; acknowledges, fills gaps, and
 * posts each event to the callback url if there is one.
 */

const postLimitMs = 10_000;
const [url = "mqtt://127.0.0.1:1883", callbackUrl] = process.argv.slice(2);

async function post(event: CloudEvent): Promise<void> {
  if (callbackUrl === undefined) return;
  try {
    const { status } = await fetch(callbackUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(postLimitMs),
    });
    if (status >= 300) console.error(`callback of ${event.event} was answered with ${status}`);
  } catch (error) {
    console.error(`callback of ${event.event} failed: ${String(error)}`);
  }
}

await Cloud.connect({
  url,
  acknowledges: true,
  fillsGaps: true,
  keep: 1_000,
  onEvent: (event) => {
    console.log(JSON.stringify(event));
    void post(event);
  },
});
console.error(`listening at ${url}`);
