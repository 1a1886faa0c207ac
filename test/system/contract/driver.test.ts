import { describe } from "node:test";
import { driverContract } from "../../support/driver-contract/driver-contract.ts";
import { FieldBench } from "../../support/driver-contract/field-bench.ts";
import { ZigbeeBench } from "../../support/driver-contract/zigbee-bench.ts";

describe("the simulation's radio", () => {
  driverContract(() => Promise.resolve(new FieldBench()));
});

describe("the driver of zigbee-herdsman on a simulated stick", { timeout: 300_000 }, () => {
  driverContract(() => ZigbeeBench.open());
});
