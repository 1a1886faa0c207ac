import { existsSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { TestBroker } from "../../support/cloud/broker.ts";
import { Mosquitto } from "../../support/cloud/mosquitto.ts";
import { soak } from "./soak.ts";

/** `npm run soak [-- <seed>]`: prints the counts; exit code 1 when anything was lost or wrong. */

function seedOf(text: string): number {
  const seed = Number(text);
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new InvalidArgumentError("it is a whole number, 0 or more");
}

const command = new Command("soak")
  .description(
    "10,000 events and 2,000 commands while the line is cut, the broker killed and the daemon killed " +
      "50 times; needs mosquitto, or takes an embedded broker. Ends with 1 when anything is lost.",
  )
  .argument("[seed]", "the same seed gives the same plan", seedOf, 20_261_123)
  .parse();
const seed: number = command.processedArgs[0];
const hasMosquitto = existsSync(process.env["MOSQUITTO"] ?? "/usr/sbin/mosquitto");
const broker = hasMosquitto ? await Mosquitto.start() : await TestBroker.start();
console.log(`soak: seed ${seed}, ${hasMosquitto ? "mosquitto" : "aedes"}; about 6 minutes`);
try {
  const report = await soak(broker, {
    seed,
    locks: 10,
    events: 10_000,
    commands: 2_000,
    kills: 50,
    limitMs: 480_000,
  });
  for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(14)} ${value}`);
  if (!report.isComplete) {
    console.log("the time was up before everything was done");
    process.exitCode = 1;
  }
  console.log("every record once, every command one outcome, every lock as wanted");
} finally {
  await broker.stop();
}
