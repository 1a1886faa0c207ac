import { text } from "node:stream/consumers";
import type { CertificateOrder } from "./certificate-order.ts";
import { issue } from "./issue.ts";

/** Reads an order as JSON from the standard input, and writes what was issued. */
const order: CertificateOrder = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await issue(order)));
