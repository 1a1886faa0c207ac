import type { CloudKeys } from "../cloud/cloud-keys.ts";
import { type ExampleHouse, gatewayId } from "./example-house.ts";
import { ownTime } from "./time-story.ts";

const seconds = () => Math.floor(Date.now() / 1000);
const hourSeconds = 3_600;

/** The configuration of a house whose cloud signs. */
export const signedTime = (keys: CloudKeys) => ({
  ...ownTime,
  sync: { protection: { commands: "signed", codes: "off", cloud_keys_file: keys.file } },
});

/** A cloud that signs nothing for half a day. */
export async function silenceEvents(example: ExampleHouse, keys: CloudKeys): Promise<void> {
  const sign = async (iat: number) => {
    const body = await keys.signed(gatewayId, "sync", { digest: {}, iat });
    await example.cloud.sendBody(gatewayId, "sync", body);
  };
  await example.local("set_clock", { time: seconds() });
  await sign(seconds());
  await example.local("set_clock", { time: seconds() + 13 * hourSeconds });
  await example.event("cloudSilentAlarm");
  await sign(seconds() + 13 * hourSeconds);
  await example.event("clearCloudSilentAlarm");
}

/** A limit of the broker that an event with long names does not keep. */
export const smallBroker = ["message_size_limit 1000"];

export async function sizeEvents(example: ExampleHouse): Promise<void> {
  const { lock, uuid } = await example.pair();
  await example.must("rename_lock", { uuid, name: "楼".repeat(128) });
  await example.must("add_password", { uuid, password: "908172", is_default: 1 });
  await example.must("add_password", { uuid, password: "417263", name: "客".repeat(128) });
  await example.until("the code in the lock", () => (lock.users().length === 2 ? true : null));
  lock.keypad("417263");
  await example.event("journalGap", ({ detail }) => detail?.["reason"] === "tooLarge");
  await example.event("recordTooLargeAlarm");
}
