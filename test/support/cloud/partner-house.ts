import assert from "node:assert/strict";
import type { Fields } from "../gateway-view.ts";
import { idOf } from "../radio/zigbee-rig.ts";
import { post } from "../rest/rest-client.ts";
import { ContractGateway, contractGatewayId } from "../rigs/contract-gateway.ts";
import { TestBroker } from "./broker.ts";
import { aMinute, Cloud } from "./cloud.ts";

/** The ways to the gateway for a program of a partner. */
export const transports = ["REST", "MQTT"] as const;
export type Transport = (typeof transports)[number];

/** The whole gateway with a lock for each transport, a broker and a cloud. */
export class PartnerHouse {
  readonly gateway: ContractGateway;
  readonly cloud: Cloud;
  readonly #broker: TestBroker;
  readonly #locks = new Map<Transport, string>();

  private constructor(gateway: ContractGateway, cloud: Cloud, broker: TestBroker) {
    this.gateway = gateway;
    this.cloud = cloud;
    this.#broker = broker;
  }

  /** With two locks that have an administrator's password. */
  static async open(): Promise<PartnerHouse> {
    const broker = await TestBroker.start();
    const cloud = await Cloud.connect({ url: broker.url });
    const gateway = await ContractGateway.open({ brokerUrl: broker.url });
    const house = new PartnerHouse(gateway, cloud, broker);
    const [front, back] = await gateway.pair({}, {});
    assert.ok(front && back);
    house.#locks.set("REST", idOf(front)).set("MQTT", idOf(back));
    await cloud.online(contractGatewayId);
    for (const uuid of house.#locks.values()) {
      await gateway.must("add_password", { uuid, is_default: 1, password: "135790" });
      await gateway.done(uuid, 999, 1);
    }
    return house;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.cloud.close();
    await this.#broker.stop();
  }

  lockOf(transport: Transport): string {
    return this.#locks.get(transport) ?? assert.fail(transport);
  }

  /** Makes a published call. */
  async call(transport: Transport, name: string, params: Fields): Promise<Fields> {
    if (transport === "MQTT") return this.cloud.command(contractGatewayId, name, params);
    return (await this.gateway.post(name, params)).body;
  }

  /** Calls a lock action. */
  async act(transport: Transport, name: string, params: Fields): Promise<Fields> {
    if (transport === "MQTT") {
      return this.cloud.command(contractGatewayId, name, params, aMinute());
    }
    const headers = { authorization: `Bearer ${this.gateway.token()}` };
    return (await post(this.gateway.tcp, "/api.json", { a: name, ...params }, headers)).body;
  }
}
