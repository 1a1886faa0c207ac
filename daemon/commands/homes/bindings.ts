import Type, { type Static } from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { BindingRecord, HomeRecord } from "../../core/model/home/home.ts";
import { put, remove } from "../../store/store.ts";
import { logged } from "../activity/activity-entry.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { findLock } from "../locks/address.ts";
import { answer } from "../read-command.ts";
import { anyResult, homeId, lockAddress, roomId, text } from "../schema/request-fields.ts";
import { bindingAt, bindingsOf, findHome, locationOf } from "./lock-location.ts";

/*
 * V1.6 speaks of gateways bound to homes and locks bound to rooms, and has error codes for it
 * (15008 … 15012), but no call: its makers' installers did it by telephone. These are latchd's.
 */

const centerInput = Type.Object(
  {
    home_id: homeId,
    uuid: Type.Optional(text("the gateway; only this one is served here", 64)),
  },
  { additionalProperties: false },
);

const bindCenter: Command<typeof centerInput> = {
  name: "bind_center",
  summary: "Binds this gateway to a home. It may serve several homes, a home has one gateway.",
  access: "installer",
  isReadOnly: false,
  input: centerInput,
  output: anyResult,
  run(context, wanted) {
    requireThisGateway(context, wanted.uuid);
    const home = findHome(context.view, wanted.home_id);
    if (home.gatewayBoundAtMs !== null) {
      throw new GatewayError("homeTaken", "home_id: the home already has a gateway bound", {
        field: "home_id",
      });
    }
    const bound: HomeRecord = { ...home, gatewayBoundAtMs: context.time.nowMs };
    return { ...answer({}), changes: [put("home", [home.homeId], bound)] };
  },
};

const unbindCenter: Command<typeof centerInput> = {
  name: "unbind_center",
  summary: "Takes the gateway from a home that has no lock bound any more.",
  access: "installer",
  isReadOnly: false,
  input: centerInput,
  output: anyResult,
  run(context, wanted) {
    const { view } = context;
    requireThisGateway(context, wanted.uuid);
    const home = findHome(view, wanted.home_id);
    if (home.gatewayBoundAtMs === null) {
      throw new GatewayError("notFound", "home_id: the home has no gateway", { field: "home_id" });
    }
    if (bindingsOf(view, home.homeId).length > 0) {
      const text = "home_id: the home has locks bound; unbind or remove them first";
      throw new GatewayError("deviceTaken", text, { field: "home_id" });
    }
    const free: HomeRecord = { ...home, gatewayBoundAtMs: null };
    return { ...answer({}), changes: [put("home", [home.homeId], free)] };
  },
};

function requireThisGateway({ site }: CommandContext, uuid: string | undefined): void {
  if (uuid === undefined || uuid === site.gateway().gatewayId) return;
  throw new GatewayError("notFound", `uuid: this is not gateway ${uuid}`, { field: "uuid" });
}

const bindInput = Type.Object(
  {
    uuid: Type.String({ pattern: "^0x[0-9a-f]{16}$", description: "the lock's IEEE address" }),
    home_id: homeId,
    room_id: Type.Optional(roomId),
  },
  { additionalProperties: false },
);

const bindLock: Command<typeof bindInput> = {
  name: "bind_lock",
  summary: "Binds a paired lock to a room, or (no room_id) to the home's outer door.",
  access: "installer",
  isReadOnly: false,
  input: bindInput,
  output: anyResult,
  run: bind,
};

function bind(context: CommandContext, wanted: Static<typeof bindInput>): Decision {
  const { view, time } = context;
  const { lock } = findLock(view, { uuid: wanted.uuid });
  const home = findHome(view, wanted.home_id);
  if (home.gatewayBoundAtMs === null) {
    throw new GatewayError("notFound", "home_id: the home has no gateway yet: bind_center first", {
      field: "home_id",
    });
  }
  const place = locationOf(view, wanted.room_id ?? wanted.home_id, wanted.home_id);
  const roomIdThere = place.room?.roomId ?? null;
  const before = view.get("binding", [lock]);
  if (before !== undefined) {
    const isSame = before.homeId === place.homeId && before.roomId === roomIdThere;
    throw isSame
      ? new GatewayError("deviceExists", "uuid: the lock is bound there already", { field: "uuid" })
      : new GatewayError("deviceTaken", "uuid: the lock is bound to another room: unbind_lock", {
          field: "uuid",
        });
  }
  if (bindingAt(view, place) !== null) {
    throw new GatewayError("roomTaken", "room_id: a lock is bound there already", {
      field: "room_id",
    });
  }
  const binding: BindingRecord = {
    lock,
    homeId: place.homeId,
    roomId: roomIdThere,
    boundAtMs: time.nowMs,
  };
  return { ...answer({}), changes: [put("binding", [lock], binding)] };
}

const unbindInput = Type.Object(lockAddress, { additionalProperties: false });

const unbindLock: Command<typeof unbindInput> = {
  name: "unbind_lock",
  summary: "Takes a lock from its room; it stays paired and keeps its passwords.",
  access: "installer",
  isReadOnly: false,
  input: unbindInput,
  output: anyResult,
  run({ view }, wanted) {
    const { lock } = findLock(view, wanted);
    if (view.get("binding", [lock]) === undefined) {
      throw new GatewayError("notFound", "uuid: the lock is bound to no room", { field: "uuid" });
    }
    return { ...answer({}), changes: [remove("binding", [lock])] };
  },
};

export const bindingCommands: readonly Command[] = [
  bindCenter,
  unbindCenter,
  logged(bindLock, activityIds.lockBound),
  logged(unbindLock, activityIds.lockUnbound),
];
