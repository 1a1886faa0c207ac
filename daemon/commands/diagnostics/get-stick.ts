import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { oneOf, orNull, time, yesNo } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";

export const getStick = readCommand({
  name: "get_stick",
  summary: "The Zigbee stick: port, firmware, how fast it answers, and the copies of its network.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/stick" }],
  phrases: [{ words: ["stick"] }],
  input: noFields,
  output: Type.Object({
    path: Type.String(),
    state: oneOf(["starting", "online", "offline"]),
    cause: orNull(Type.String(), "why it is not online, as a word"),
    reason: Type.String({ description: "the same as a sentence" }),
    firmware: Type.String(),
    channel: orNull(Type.Integer()),
    pan_id: orNull(Type.Integer()),
    ping_ms: orNull(Type.Number(), "null = no answer"),
    is_permitting_join: yesNo("1 = the network is open for joining"),
    network_copy_at: orNull(time("the copy of the Zigbee network on the gateway; null = none")),
    store_copy_at: orNull(time("the gateway's own copy of everything; null = none")),
  }),
  async run({ site }) {
    const stick = await site.diagnostics.stick();
    const { networkCopyMs, copyMs } = await site.diagnostics.storage();
    return answer({
      path: stick.path,
      state: stick.state,
      cause: stick.cause,
      reason: stick.reason,
      firmware: stick.firmware,
      channel: stick.channel,
      pan_id: stick.panId,
      ping_ms: stick.pingMs,
      is_permitting_join: site.gateway().isPermittingJoin ? 1 : 0,
      network_copy_at: secondsOf(networkCopyMs),
      store_copy_at: secondsOf(copyMs),
    });
  },
});

function secondsOf(ms: number | null): number | null {
  return ms === null ? null : Math.floor(ms / 1000);
}
