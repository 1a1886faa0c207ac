/**
 * Receives the gateway's callbacks and checks their signature: docs/mqtt.md, "Callbacks, and how to check one".
 *
 *   LATCHD_SIGNING_KEY=… node examples/callback.mjs 8080
 *
 * `callback_add` answers the signing key once, when the URL is registered. Each accepted event is printed as a line of
 * JSON. The same event may come again; it has the same `id`.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const longestDelayS = 300;

/**
 * Returns whether a body comes from the gateway and is not old. Check the bytes before parsing them.
 * @param {string} signingKey
 * @param {string} header the header `Latchd-Signature`
 * @param {Buffer} body
 */
function isFromGateway(signingKey, header, body) {
  const [, t, v1] = /^t=([0-9]+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (t === undefined || v1 === undefined) return false;
  if (Math.abs(Date.now() / 1000 - Number(t)) > longestDelayS) return false;
  const mac = createHmac("sha256", signingKey).update(`${t}.`).update(body).digest();
  return timingSafeEqual(mac, Buffer.from(v1, "hex"));
}

const signingKey = process.env["LATCHD_SIGNING_KEY"] ?? "";
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (!isFromGateway(signingKey, String(request.headers["latchd-signature"]), body)) {
    response.writeHead(401).end();
    return;
  }
  console.log(JSON.stringify(JSON.parse(body.toString())));
  // The gateway sends an event again until it is answered like this.
  response.writeHead(200, { "content-type": "application/json" }).end('{"ErrNo":0,"ErrMsg":""}');
});
server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
  console.error(`listening on ${JSON.stringify(server.address())}`);
});
