import { existsSync } from "node:fs";
import { Mosquitto } from "../../support/cloud/mosquitto.ts";
import { LineProcess } from "./processes/line-process.ts";

/** A broker in a process of its own. */
export interface Broker {
  readonly name: string;
  readonly url: string;
  end(): Promise<void>;
}

/** mosquitto where it is installed, else aedes. */
export async function startBroker(): Promise<Broker> {
  if (existsSync(process.env["MOSQUITTO"] ?? "/usr/sbin/mosquitto")) {
    const mosquitto = await Mosquitto.start();
    return { name: "mosquitto", url: mosquitto.url, end: () => mosquitto.stop() };
  }
  const aedes = LineProcess.start("broker-process", []);
  const { url } = await aedes.next("the broker", (fields) => "url" in fields);
  return { name: "aedes", url: String(url), end: () => aedes.end() };
}
