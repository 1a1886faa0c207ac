import assert from "node:assert/strict";
import { VirtualTime } from "../../../drivers/simulated/simulation-time.ts";
import {
  SimulatedStick,
  type SimulatedStickOptions,
} from "../../../drivers/simulated/stick/stick.ts";
import type { PlainDevice } from "./plain-device.ts";
import { af, appConfig, u16, ZnpClient, zdo } from "./znp-client.ts";

/** A stick on a clock that the test moves, with a host on its line. */
export interface VirtualStick {
  readonly time: VirtualTime;
  readonly stick: SimulatedStick;
  readonly client: ZnpClient;
}

export function newStick(options: Omit<SimulatedStickOptions, "time"> = {}): VirtualStick {
  const time = new VirtualTime();
  const stick = new SimulatedStick({ time, ...options });
  stick.open();
  return { time, stick, client: ZnpClient.attach(stick) };
}

/** A stick that has formed a network, has endpoint 1 and lets devices join. */
export function formedStick(options: Omit<SimulatedStickOptions, "time"> = {}): VirtualStick {
  const formed = newStick(options);
  assert.deepEqual([...formed.client.ask(appConfig, 0x05, [4])], [0]);
  formed.time.advance(1000);
  registerEndpoint(formed.client);
  formed.client.ask(zdo, 0x36, [0x0f, ...u16(0xfffc), 254, 1]);
  formed.time.advance(10);
  return formed;
}

export function registerEndpoint(client: ZnpClient): void {
  assert.deepEqual([...client.ask(af, 0x00, [1, ...u16(0x0104, 5), 0, 0, 0, 0])], [0]);
}

/** Lets a device join and waits until the host knows. */
export function joined({ stick, time }: VirtualStick, device: PlainDevice): PlainDevice {
  assert.equal(stick.join(device), null);
  time.advance(50);
  return device;
}

/** AF_DATA_REQUEST from endpoint 1 to endpoint 1, cluster 0x0101. */
export function dataRequest(
  address: number,
  transaction: number,
  payload: readonly number[] = [0x11, 1, 0],
  options = 0,
): number[] {
  const head = [...u16(address), 1, 1, ...u16(0x0101), transaction, options, 30];
  return [...head, payload.length, ...payload];
}
