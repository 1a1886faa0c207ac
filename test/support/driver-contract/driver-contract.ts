import { after, before } from "node:test";
import type { DriverBench } from "./driver-bench.ts";
import { endContract } from "./end-contract.ts";
import { eventContract } from "./event-contract.ts";
import { operationContract } from "./operation-contract.ts";
import { silentLockContract } from "./silent-lock-contract.ts";
import { startContract } from "./start-contract.ts";
import { Trial } from "./trial.ts";

/**
 * What the daemon relies on through `drivers/lock-driver.ts`, as behaviours of one driver. The driver and its
 * locks go through them in sequence: from the first start over a lost stick to the end.
 */
export function driverContract(open: () => Promise<DriverBench>): void {
  const trial = new Trial();
  before(async () => trial.open(await open()));
  after(() => trial.bench.close());

  startContract(trial);
  operationContract(trial);
  silentLockContract(trial);
  eventContract(trial);
  endContract(trial);
}
