import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of a test's own, by openssl. */
export class Authority implements Certificate {
  readonly cert: string;
  readonly key: string;

  private constructor({ cert, key }: Certificate) {
    this.cert = cert;
    this.key = key;
  }

  static async make(name: string): Promise<Authority> {
    return await inFolder(async (path) => {
      await openssl(
        `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name} ` +
          `-addext basicConstraints=critical,CA:TRUE -keyout ${path("key")} -out ${path("cert")}`,
      );
      return new Authority(await pair(path));
    });
  }

  /** @param alternativeName as openssl has it, e.g. `IP:127.0.0.1` or `DNS:broker.example` */
  async issue(commonName: string, alternativeName: string): Promise<Certificate> {
    return await inFolder(async (path) => {
      await writeFile(path("ca-cert"), this.cert);
      await writeFile(path("ca-key"), this.key);
      await writeFile(path("extensions"), `subjectAltName=${alternativeName}\n`);
      await openssl(
        `req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=${commonName} ` +
          `-keyout ${path("key")} -out ${path("request")}`,
      );
      await openssl(
        `x509 -req -in ${path("request")} -CA ${path("ca-cert")} -CAkey ${path("ca-key")} ` +
          `-CAcreateserial -days 2 -extfile ${path("extensions")} -out ${path("cert")}`,
      );
      return await pair(path);
    });
  }
}

async function pair(path: (name: string) => string): Promise<Certificate> {
  return { cert: await readFile(path("cert"), "utf8"), key: await readFile(path("key"), "utf8") };
}

async function openssl(words: string): Promise<void> {
  await promisify(execFile)("openssl", words.split(" "));
}

async function inFolder<T>(use: (path: (name: string) => string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "latchd-tls-"));
  try {
    return await use((name) => join(directory, `${name}.pem`));
  } finally {
    await rm(directory, { recursive: true });
  }
}
