import { Command } from "commander";
import { Mosquitto } from "../../support/cloud/mosquitto.ts";
import { fleet } from "./fleet.ts";

/** `npm run fleet`: 500 gateways on one mosquitto; exit code 1 when one event is missing. */

new Command("fleet")
  .description(
    "500 gateways' cloud sides in 5 processes on one mosquitto, which is killed once: all are back without " +
      "a rush, and nothing is lost. Takes about 2 minutes; ends with 1 when one event is missing.",
  )
  .parse();
const broker = await Mosquitto.start();
console.log("fleet: 500 gateways in 5 processes, the broker is killed once; about 2 minutes");
try {
  const report = await fleet(broker, {
    processes: 5,
    gatewaysEach: 100,
    eventsEach: 30,
    firstMaxMs: 20_000,
    limitMs: 300_000,
  });
  for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(24)} ${value}`);
  console.log("every event of every gateway arrived");
} finally {
  await broker.stop();
}
