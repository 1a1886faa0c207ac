import Type, { type Static } from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { isLockId, type LockId } from "../../core/model/door-lock.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { joiningSetting } from "../../core/model/gateway/network.ts";
import { put, remove } from "../../store/store.ts";
import { logged } from "../activity/activity-entry.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { answer } from "../read-command.ts";
import { checkUnpairing, confirmation } from "../removal-limit.ts";
import { anyResult, flag, lockAddress, text } from "../schema/request-fields.ts";
import { findLock } from "./address.ts";
import { immediateOptions } from "./immediate-options.ts";
import { unpairingChanges } from "./unpairing.ts";

/** Zigbee allows 254 s at most; a minute is what an installer at the door needs. */
const defaultPermitSeconds = 60;
const maxPermitSeconds = 254;
/** A remote lock or unlock that is not done by then is told as failed and never sent again. */
const remoteDeadlineMs = 10_000;

const permitInput = Type.Object(
  {
    seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: maxPermitSeconds,
        description: `how long, default ${defaultPermitSeconds}; 0 closes`,
      }),
    ),
    uuid: Type.Optional(
      Type.String({ pattern: "^0x[0-9a-f]{16}$", description: "let only this device in" }),
    ),
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

const permitJoin: Command<typeof permitInput> = {
  name: "permit_join",
  summary: "Opens the network for pairing, for one device if its address or install code is given.",
  access: "installer",
  isReadOnly: false,
  input: permitInput,
  output: Type.Object({
    seconds: Type.Integer(),
    uuid: Type.Optional(Type.String({ description: "the only device that is let in" })),
  }),
  async run(context, input) {
    const seconds = input.seconds ?? defaultPermitSeconds;
    const isForOne = input.uuid !== undefined || input.install_code !== undefined;
    if (input.any === 0 && !isForOne && seconds > 0) {
      const needed = "uuid: or install_code must say which lock may join, unless any is 1";
      throw new GatewayError("badParameters", needed, { field: "uuid" });
    }
    const expected = await expectedBy(context, input);
    await context.site.permitJoin(seconds, expected);
    const isOpen = seconds > 0;
    const until = put("setting", [joiningSetting], { value: context.time.nowMs + seconds * 1000 });
    return {
      ...answer({ seconds, ...(isOpen && expected !== null ? { uuid: expected } : {}) }),
      changes: [isOpen ? until : remove("setting", [joiningSetting])],
    };
  },
};

/**
 * Makes the install code known.
 * @returns the only device that is let in; null = any, which an install code never means
 * @throws GatewayError `badParameters` when address and install code name two devices, or none
 */
async function expectedBy(
  { site }: CommandContext,
  { uuid, install_code: installCode }: Static<typeof permitInput>,
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

const adoptInput = Type.Object(
  { uuid: Type.String({ pattern: "^0x[0-9a-f]{16}$", description: "the lock, by get_network" }) },
  { additionalProperties: false },
);

const adoptLock: Command<typeof adoptInput> = {
  name: "adopt_lock",
  summary:
    "Takes in a lock that is on the network and has no records here: it is probed as in a pairing.",
  access: "installer",
  isReadOnly: false,
  input: adoptInput,
  output: anyResult,
  run(context, { uuid }) {
    if (!isLockId(uuid)) throw new GatewayError("badParameters", "uuid: is no address");
    if (context.view.get("lock", [uuid]) !== undefined) {
      const text = "uuid: the lock has its records here; nothing is to be adopted";
      throw new GatewayError("deviceExists", text, { field: "uuid" });
    }
    context.site.adoptLock(uuid);
    return answer({});
  },
};

const addressed = Type.Object(lockAddress, { additionalProperties: false });

const removeInput = Type.Object(
  { ...lockAddress, confirm: confirmation },
  { additionalProperties: false },
);

const removeLock: Command<typeof removeInput> = {
  name: "remove_lock",
  summary: "Unpairs a lock: its codes are cleared if it can be reached, then its records are gone.",
  access: "installer",
  isReadOnly: false,
  input: removeInput,
  output: Type.Object({ was_told: Type.Integer({ description: "1 = the lock was reached" }) }),
  async run(context, input) {
    const { view } = context;
    const { lock } = findLock(view, input);
    checkUnpairing(context, [lock], input.confirm);
    const { wasTold } = await context.site.removeLock(lock, context.requester);
    // What was written to the lock's records meanwhile goes as well.
    return () => ({
      ...unpairingChanges(view, lock, wasTold),
      result: { was_told: wasTold ? 1 : 0 },
      wake: [],
    });
  },
};

const renameInput = Type.Object(
  { ...lockAddress, name: Type.String({ minLength: 1, maxLength: 128 }) },
  { additionalProperties: false },
);

const renameLock: Command<typeof renameInput> = {
  name: "rename_lock",
  summary: "Gives a lock the name that people and events call it by.",
  access: "installer",
  isReadOnly: false,
  input: renameInput,
  output: anyResult,
  run(context, input) {
    const lock = findLock(context.view, input);
    checkLockName(input.name);
    const renamed = { ...lock, name: input.name };
    return { ...answer({}), changes: [put("lock", [lock.lock], renamed)] };
  },
};

/** Refuses names that people could not use: spaces alone, or the form of a lock's address. */
function checkLockName(name: string): void {
  const isAddress = /^0x[0-9a-f]{16}$/i.test(name.trim());
  if (name.trim() !== "" && !isAddress) return;
  const text = "name: must hold more than spaces, and must not look like the address of a lock";
  throw new GatewayError("badParameters", text, { field: "name" });
}

/** Remote lock and unlock: one try, marked before it is sent, never repeated. */
function remote(action: "lock" | "unlock"): Command<typeof addressed> {
  return {
    name: `remote_${action}`,
    summary: `Tells the lock to ${action} now; one try, within 10 s.`,
    access: "manager",
    isReadOnly: false,
    isOneShot: true,
    input: addressed,
    output: anyResult,
    run: (context, input) => operate(context, findLock(context.view, input).lock, action),
  };
}

async function operate(
  context: CommandContext,
  lock: Parameters<CommandContext["site"]["operate"]>[0],
  action: "lock" | "unlock",
): Promise<Decision> {
  const result = await context.site.operate(
    lock,
    action,
    remoteDeadlineMs,
    immediateOptions(context),
  );
  switch (result.kind) {
    case "done":
      return answer({});
    case "refused":
      throw new GatewayError("refusedByLock", `uuid: the lock refused to ${action}`, {
        field: "uuid",
      });
    case "unsupported":
      throw new GatewayError("unsupported", `uuid: the lock cannot ${action} by radio`, {
        field: "uuid",
      });
    case "unreachable":
      throw new GatewayError("unreachable", "uuid: the lock did not answer", { field: "uuid" });
    case "stickOffline":
      throw new GatewayError("stickOffline", "the Zigbee stick is not available");
  }
}

export const siteCommands: readonly Command[] = [
  permitJoin,
  adoptLock,
  logged(removeLock, activityIds.lockUnpaired),
  renameLock,
  logged(remote("lock"), activityIds.lockClosedRemotely),
  logged(remote("unlock"), activityIds.lockOpenedRemotely),
];
