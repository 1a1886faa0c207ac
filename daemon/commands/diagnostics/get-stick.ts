import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { oneOf, orNull, yesNo } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";

export const getStick = readCommand({
  name: "get_stick",
  summary: "The Zigbee stick: port, firmware, and how fast it answers.",
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
  }),
  async run({ site }) {
    const stick = await site.diagnostics.stick();
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
    });
  },
});
