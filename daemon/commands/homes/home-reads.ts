import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import type { HomeRecord } from "../../core/model/home/home.ts";
import type { StoreView } from "../../store/store.ts";
import type { Command, CommandContext } from "../command.ts";
import { gatewayFields, lockFields } from "../locks/lock-reads.ts";
import { answer, readCommand } from "../read-command.ts";
import { homeId } from "../schema/request-fields.ts";
import { homeState, homesReply } from "./home-replies.ts";
import { bindingsOf, findHome } from "./lock-location.ts";

/** Homes asked for in one call; more are refused. */
const maxAsked = 256;

const one = Type.Object({ home_id: homeId }, { additionalProperties: false });
const many = Type.Object(
  {
    home_id: Type.Array(homeId, {
      maxItems: maxAsked,
      description: "homes; those that there are not are left out of the answer",
    }),
  },
  { additionalProperties: false },
);

/** V1.6 `install_state`: installed once a lock is bound, assigned once an installer has confirmed. */
function stateOf(view: StoreView, home: HomeRecord): JsonObject {
  const isInstalled = bindingsOf(view, home.homeId).length > 0;
  const order = view.get("order", [home.homeId]);
  const isAssigned = order !== undefined && order.installer !== null;
  return { sp_state: home.spState, install_state: isInstalled ? 5 : isAssigned ? 3 : 4 };
}

function* homesOf(view: StoreView, ids: readonly string[]): Generator<HomeRecord> {
  for (const id of new Set(ids)) {
    const home = view.get("home", [id]);
    if (home !== undefined) yield home;
  }
}

const findHomeState = readCommand({
  name: "find_home_state",
  summary: "Whether a home is installed and manageable.",
  access: "manager",
  input: one,
  output: Type.Object({ result: homeState }),
  run: ({ view }, input) => answer({ result: stateOf(view, findHome(view, input.home_id)) }),
});

const findHomeStates = readCommand({
  name: "find_home_states",
  summary: "The same of several homes.",
  access: "manager",
  input: many,
  output: Type.Object({ result: Type.Record(Type.String(), homeState) }),
  run({ view }, input) {
    const homes = Array.from(homesOf(view, input.home_id));
    const states = homes.map((home): [string, JsonObject] => [home.homeId, stateOf(view, home)]);
    return answer({ result: Object.fromEntries(states) });
  },
});

const device = Type.Object({
  type: Type.String({ description: "gateway, home_lock (outer door) or room_lock" }),
  sn: Type.String(),
  uuid: Type.String(),
  room_id: Type.String({ description: "the home's id for gateway and home_lock" }),
});

/** Devices of a home: what each is, and what its own info call tells of it. */
function devicesOf(
  { view, site }: CommandContext,
  home: HomeRecord,
): readonly { readonly device: JsonObject; readonly state: JsonObject }[] {
  const devices: { device: JsonObject; state: JsonObject }[] = [];
  if (home.gatewayBoundAtMs !== null) {
    const gateway = site.gateway();
    const uuid = gateway.gatewayId;
    devices.push({
      device: { type: "gateway", sn: uuid, uuid, room_id: home.homeId },
      state: gatewayFields(gateway, home.gatewayBoundAtMs),
    });
  }
  for (const { lock: uuid, roomId } of bindingsOf(view, home.homeId)) {
    const lock = view.get("lock", [uuid]);
    if (lock === undefined) continue;
    const type = roomId === null ? "home_lock" : "room_lock";
    devices.push({
      device: { type, sn: uuid.slice(2), uuid, room_id: roomId ?? home.homeId },
      state: lockFields(lock),
    });
  }
  return devices;
}

const findHomeDevice = readCommand({
  name: "find_home_device",
  summary: "The devices of a home.",
  access: "manager",
  input: one,
  output: Type.Object({ result: Type.Array(device) }),
  run(context, input) {
    const devices = devicesOf(context, findHome(context.view, input.home_id));
    return answer({ result: devices.map((entry) => entry.device) });
  },
});

const findHomeDevices = readCommand({
  name: "find_home_devices",
  summary: "The devices of several homes with their states, by home id.",
  access: "manager",
  input: many,
  output: Type.Object({}, { additionalProperties: true }),
  run(context, input) {
    const lists = Array.from(homesOf(context.view, input.home_id), (home) => {
      const devices = devicesOf(context, home).map(({ device: own, state }) => ({
        ...state,
        ...own,
      }));
      return [home.homeId, devices] as const;
    });
    return answer(Object.fromEntries(lists));
  },
});

const nothing = Type.Object({}, { additionalProperties: false });

/** latchd's own: what an installer picks from. */
const listHomes = readCommand({
  name: "list_homes",
  summary: "The homes of this gateway with their rooms and the lock in each.",
  access: "technician",
  input: nothing,
  output: homesReply,
  run({ view }) {
    const homes = [...view.list("home")].map((home) => {
      const locks = new Map(bindingsOf(view, home.homeId).map((at) => [at.roomId, at.lock]));
      return {
        home_id: home.homeId,
        home_name: home.name,
        location: home.location,
        ...stateOf(view, home),
        has_gateway: home.gatewayBoundAtMs === null ? 0 : 1,
        outer_lock: locks.get(null) ?? null,
        rooms: [...view.list("room", [home.homeId])].map((room) => ({
          room_id: room.roomId,
          room_name: room.name,
          lock: locks.get(room.roomId) ?? null,
        })),
      };
    });
    return answer({ homes });
  },
});

export const homeReads: readonly Command[] = [
  findHomeState,
  findHomeStates,
  findHomeDevice,
  findHomeDevices,
  listHomes,
];
