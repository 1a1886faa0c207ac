import assert from "node:assert/strict";
import { is, isRecent, plain, type Row, records } from "./rows.ts";

const unknownHome = plain({ home_id: "nowhere" });
const words = { room_name: "bedroom", room_description: "north" };

/** Homes, rooms and the devices in them: section 5, and 6.1 and 6.2. */
export const homeRows: readonly Row[] = [
  { call: "add_home", about: "adds one", params: plain({ home_id: "h9" }), check: is({}) },
  {
    call: "add_home",
    about: "takes all its words",
    params: plain({
      home_id: "h8",
      home_name: "Flat 8",
      location: "1 Main St 8",
      description: "x",
    }),
    check: is({}),
  },
  {
    call: "add_home",
    about: "twice",
    error: "duplicate",
    field: "home_id",
    params: plain({ home_id: "h9" }),
  },
  {
    call: "add_home",
    about: "with the name of an answer's own field",
    error: "badParameters",
    field: "home_id",
    params: plain({ home_id: "ErrNo" }),
  },
  {
    call: "find_home_state",
    about: "begins with not installed, unassigned",
    params: plain({ home_id: "h9" }),
    check: is({ result: { sp_state: 1, install_state: 4 } }),
  },
  {
    call: "find_home_state",
    about: "refuses an unknown home",
    error: "notFound",
    field: "home_id",
    params: unknownHome,
  },
  {
    call: "find_home_state",
    about: "is installed once a lock is bound",
    params: plain({ home_id: "h1" }),
    check: is({ result: { sp_state: 1, install_state: 5 } }),
  },
  {
    call: "update_home",
    about: "sets sp_state to manageable",
    params: plain({ home_id: "h9", sp_state: 2 }),
    check: async (_body, { gateway }) => {
      const { result } = await gateway.must("find_home_state", { home_id: "h9" });
      assert.deepEqual(result, { sp_state: 2, install_state: 4 });
    },
  },
  {
    call: "update_home",
    about: "refuses an unknown home",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "nowhere", sp_state: 2 }),
  },
  {
    call: "find_home_states",
    about: "of several homes, by home id",
    params: plain({ home_id: ["h1", "h9", "nowhere"] }),
    check: is({
      result: {
        h1: { sp_state: 1, install_state: 5 },
        h9: { sp_state: 2, install_state: 4 },
      },
    }),
  },
  {
    call: "find_home_states",
    about: "answers nothing when no home is asked for",
    params: plain({ home_id: [] }),
    check: is({ result: {} }),
  },
  {
    call: "find_home_device",
    about: "lists gateway, outer door and rooms",
    params: plain({ home_id: "h1" }),
    check: is(({ front, flat }) => ({
      result: [
        { type: "gateway", sn: "gw-contract", uuid: "gw-contract", room_id: "h1" },
        { type: "home_lock", sn: front.slice(2), uuid: front, room_id: "h1" },
        { type: "room_lock", sn: flat.slice(2), uuid: flat, room_id: "r1" },
      ],
    })),
  },
  {
    call: "find_home_device",
    about: "refuses an unknown home",
    error: "notFound",
    field: "home_id",
    params: unknownHome,
  },
  {
    call: "find_home_devices",
    about: "gives devices with their state, by home id beside ErrNo",
    params: plain({ home_id: ["h1", "h9"] }),
    check: (body, { flat }) => {
      assert.deepEqual(body["h9"], []);
      const [gateway, , lock] = records(body["h1"]);
      assert.deepEqual([gateway?.["type"], gateway?.["onoff_line"]], ["gateway", 1]);
      assert.deepEqual(
        [lock?.["type"], lock?.["uuid"], lock?.["room_id"], lock?.["onoff_line"]],
        ["room_lock", flat, "r1", 1],
      );
    },
  },
  {
    call: "add_room",
    about: "answers the system's own id, by which the room is found",
    params: plain({ home_id: "h9", room_id: "r9", ...words }),
    check: async ({ room_id: systemId }, { gateway }) => {
      assert.match(String(systemId), /^[0-9a-f-]{36}$/);
      await gateway.must("update_room", { home_id: "h9", room_id: systemId, ...words });
    },
  },
  {
    call: "add_room",
    about: "twice in one home",
    error: "duplicate",
    field: "room_id",
    params: plain({ home_id: "h9", room_id: "r9", ...words }),
  },
  {
    call: "add_room",
    about: "in a home that there is not",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "nowhere", room_id: "r9", ...words }),
  },
  {
    call: "add_room",
    about: "with the home's id, which names the outer door",
    error: "badParameters",
    field: "room_id",
    params: plain({ home_id: "h9", room_id: "h9", ...words }),
  },
  {
    call: "update_room",
    about: "changes the name",
    params: plain({ home_id: "h9", room_id: "r9", room_name: "office", room_description: "" }),
    check: is({}),
  },
  {
    call: "update_room",
    about: "in a home that there is not",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "nowhere", room_id: "r9", ...words }),
  },
  {
    call: "update_room",
    about: "of a room that there is not",
    error: "roomMissing",
    field: "room_id",
    params: plain({ home_id: "h9", room_id: "attic", ...words }),
  },
  {
    call: "del_room",
    about: "by its id alone where that is unique",
    params: plain({ room_id: "r9" }),
    check: is({}),
  },
  {
    call: "del_room",
    about: "of a room that there is not",
    error: "roomMissing",
    field: "room_id",
    params: plain({ room_id: "r9" }),
  },
  {
    call: "get_center_info",
    about: "tells the gateway by its home",
    params: plain({ home_id: "h1" }),
    check: (body) => {
      isRecent(body["bind_time"]);
      assert.deepEqual(
        [body["mac"], body["sn"], body["uuid"], body["name"], body["onoff_line"]],
        ["gw-contract", "gw-contract", "gw-contract", "Staircase B", 1],
      );
      assert.deepEqual(Object.keys(Object(body["versions"])), [
        "kernel_version",
        "zigbee_version",
        "media_version",
        "hardware_version",
        "app_version",
      ]);
    },
  },
  {
    call: "get_center_info",
    about: "of another gateway",
    error: "notFound",
    field: "uuid",
    params: plain({ uuid: "another" }),
  },
  {
    call: "get_center_info",
    about: "of a home without one",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "h9" }),
  },
  {
    call: "get_lock_info",
    about: "tells make, battery and whether it is on line",
    params: ({ flat }) => ({ uuid: flat }),
    check: (body, { flat }) => {
      isRecent(body["bind_time"]);
      isRecent(body["onoff_time"]);
      isRecent(body["power_refreshtime"]);
      const { mac, sn, uuid, onoff_line, power, brand, model } = body;
      assert.deepEqual(
        [mac, sn, uuid, onoff_line, power, brand, model],
        [flat.slice(2), flat.slice(2), flat, 1, 100, "latchd", "LATCH-ZCL-1"],
      );
    },
  },
];

/** Returns the refusals that all calls addressed to a lock have in common. */
export function addressRows(call: string, others: Readonly<Record<string, unknown>>): Row[] {
  return [
    {
      call,
      about: "of a lock that is not paired",
      error: "notFound",
      field: "uuid",
      params: plain({ ...others, uuid: "0x00124b00deadbeef" }),
    },
    {
      call,
      about: "of a room without a lock",
      error: "notFound",
      field: "room_id",
      params: plain({ ...others, room_id: "r2", home_id: "h1" }),
    },
    {
      call,
      about: "of a room that there is not",
      error: "roomMissing",
      field: "room_id",
      params: plain({ ...others, room_id: "attic" }),
    },
    {
      call,
      about: "of a room whose id two homes have",
      error: "badParameters",
      field: "home_id",
      params: plain({ ...others, room_id: "twin" }),
    },
  ];
}
