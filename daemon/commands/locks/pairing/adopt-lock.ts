import Type from "typebox";
import { isLockId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import { answer, writeCommand } from "../../definition.ts";
import { emptyReply } from "../../schema/reply-fields.ts";
import { lockUuid } from "../../schema/request-fields.ts";
import { mayAdopt } from "../../work/may-touch.ts";

export const adoptLock = writeCommand({
  name: "adopt_lock",
  summary:
    "Adopts a lock that is on the network and has no records here: probes it as in a pairing.",
  access: "installer",
  errors: ["notFound", "deviceExists", "stickOffline"],
  namesNewLock: true,
  phrases: [{ words: ["adopt"], fields: ["uuid"] }],
  input: Type.Object(
    { uuid: lockUuid("the lock, by get_network") },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view, site, caller }, { uuid }) {
    if (!isLockId(uuid)) throw new GatewayError("badParameters", "uuid: is no address");
    if (view.get("lock", [uuid]) !== undefined) {
      const text = "uuid: the lock has its records here; there is nothing to adopt";
      throw new GatewayError("deviceExists", text, { field: "uuid" });
    }
    if (!mayAdopt(caller, view, uuid)) {
      throw new GatewayError("notFound", `uuid: no lock ${uuid} was found`, { field: "uuid" });
    }
    site.adoptLock(uuid);
    return answer({});
  },
});
