import Type, { type Static } from "typebox";
import { activityIds } from "../../../core/logs/activity-log.ts";
import { isLockId, type LockId } from "../../../core/model/door-lock.ts";
import { GatewayError } from "../../../core/model/errors.ts";
import { joiningSetting } from "../../../core/model/gateway/network.ts";
import { put, remove } from "../../../store/store.ts";
import type { CommandContext } from "../../command.ts";
import { changing, writeCommand } from "../../definition.ts";
import { flag, lockUuid, text } from "../../schema/request-fields.ts";

/** Zigbee allows at most 254 s; an installer at the door needs about a minute. */
const defaultSeconds = 60;
const maxSeconds = 254;

const input = Type.Object(
  {
    seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: maxSeconds,
        description: `how long, default ${defaultSeconds}; 0 closes`,
      }),
    ),
    uuid: Type.Optional(lockUuid("let only this device in")),
    install_code: Type.Optional(
      text(
        "the lock's install code or the text of its QR code; only the device that it names is let in",
        256,
      ),
    ),
    any: Type.Optional(
      flag(
        "0 = refuse to open the network without uuid or install_code; absent or 1 = any device may join",
      ),
    ),
  },
  { additionalProperties: false },
);

export const permitJoin = writeCommand({
  name: "permit_join",
  summary: "Opens the network for pairing, for one device if its address or install code is given.",
  access: "installer",
  errors: ["stickOffline"],
  namesNewLock: true,
  resources: [
    { method: "POST", path: "/api/pairing" },
    { method: "DELETE", path: "/api/pairing", fixed: [["seconds", "0"]] },
  ],
  activity: activityIds.networkOpened,
  input,
  output: Type.Object({
    seconds: Type.Integer(),
    uuid: Type.Optional(Type.String({ description: "the only device that is let in" })),
  }),
  async run(context, wanted) {
    const seconds = wanted.seconds ?? defaultSeconds;
    const isForOne = wanted.uuid !== undefined || wanted.install_code !== undefined;
    if (wanted.any === 0 && !isForOne && seconds > 0) {
      const needed = "uuid: or install_code must say which lock may join, unless any is 1";
      throw new GatewayError("badParameters", needed, { field: "uuid" });
    }
    const expected = await expectedBy(context, wanted);
    await context.site.permitJoin(seconds, expected);
    const isOpen = seconds > 0;
    const until = put("setting", [joiningSetting], { value: context.time.nowMs + seconds * 1000 });
    return changing([isOpen ? until : remove("setting", [joiningSetting])], {
      seconds,
      ...(isOpen && expected !== null ? { uuid: expected } : {}),
    });
  },
});

/**
 * Gives the install code to the stick.
 * @returns the only device that may join; null = any device, which an install code never means
 * @throws GatewayError `badParameters` when address and install code name two devices, or none
 */
async function expectedBy(
  { site }: CommandContext,
  { uuid, install_code: installCode }: Static<typeof input>,
): Promise<LockId | null> {
  const given = uuid !== undefined && isLockId(uuid) ? uuid : null;
  if (installCode === undefined) return given;
  const named = await site.addInstallCode(installCode);
  if (given !== null && named !== null && named !== given) {
    const text = `install_code: is that of ${named}, not of ${given}`;
    throw new GatewayError("badParameters", text, { field: "install_code" });
  }
  if (given === null && named === null) {
    const text = "uuid: must be given too, because this install code does not name its device";
    throw new GatewayError("badParameters", text, { field: "uuid" });
  }
  return given ?? named;
}
