import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isJsonObject } from "../base/json.ts";
import type {
  CertificateOrder,
  IssuedCertificates,
  KeyedCertificate,
} from "./certificate-order.ts";

const program = fileURLToPath(new URL("./issue-main.js", import.meta.url));
/** The slowest board takes 5 s. */
const limitMs = 60_000;
const maxAnswerBytes = 64 * 1024;

/**
 * Issues certificates in a process of its own: the library takes 9 MiB, which the daemon would keep for something
 * that it does once a year. Keys go through pipes only.
 * @throws (rejects) when the process fails or takes longer than a minute
 */
export function issueInProcess(order: CertificateOrder): Promise<IssuedCertificates> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: limitMs, killSignal: "SIGKILL", maxBuffer: maxAnswerBytes } as const;
    const child = execFile(process.execPath, [program], limits, (error, stdout, stderr) => {
      if (error !== null) {
        // Not its message: that has the command line only.
        reject(new Error(`no certificate was made: ${stderr.slice(-1000)}`, { cause: error }));
        return;
      }
      try {
        resolve(issuedOf(JSON.parse(stdout)));
      } catch (cause) {
        reject(cause);
      }
    });
    // A process that ends early is reported above.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(JSON.stringify(order));
  });
}

function issuedOf(answer: unknown): IssuedCertificates {
  if (!isJsonObject(answer)) throw new Error("the issuer's answer is no object");
  return { authority: keyedOf(answer["authority"]), server: keyedOf(answer["server"]) };
}

function keyedOf(value: unknown): KeyedCertificate {
  if (isJsonObject(value)) {
    const { cert, key } = value;
    if (typeof cert === "string" && typeof key === "string") return { cert, key };
  }
  throw new Error("the issuer's answer has no certificate");
}
