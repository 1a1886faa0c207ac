import { readFile } from "node:fs/promises";
import type { BrokerConfig } from "../config/broker-config.ts";
import { Secret } from "../core/model/secret.ts";

/** Returns how a broker is reached, with the contents of the files that its section names. */
export async function brokerOptions(broker: BrokerConfig) {
  const text = async (file: string | undefined) =>
    file === undefined ? undefined : await readFile(file, "utf8");
  const password = (await text(broker.passwordFile))?.trimEnd();
  const ca = await text(broker.caFile);
  const cert = await text(broker.certFile);
  const key = await text(broker.keyFile);
  return {
    protocol: broker.protocol === "5" ? (5 as const) : (4 as const),
    ...(broker.username === undefined ? {} : { username: broker.username }),
    ...(password === undefined ? {} : { password: new Secret(password) }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key: new Secret(key) }),
  };
}
