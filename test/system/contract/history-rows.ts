import assert from "node:assert/strict";
import { addressRows } from "./home-rows.ts";
import { is, isRecent, nowSeconds, plain, type Row, records, type World } from "./rows.ts";

const tomorrow = nowSeconds() + 86_400;

/**
 * Types the code of password 2 (K's neighbour) at the lock `flat`, and turns the knob of the outer
 * door.
 */
async function openings({ gateway, flat, front }: World): Promise<void> {
  const lockOf = (uuid: string) => gateway.house.lock(uuid.slice(2)) ?? assert.fail(uuid);
  const before = Number((await gateway.must("count_lock_events"))["count"]);
  assert.equal(lockOf(flat).keypad("246810"), "opened");
  lockOf(front).turnKnob("unlock");
  await gateway.until("the openings to be reported", async () =>
    Number((await gateway.must("count_lock_events"))["count"]) >= before + 2 ? true : null,
  );
}

/** Openings and the operation log: sections 6.11, 6.12 and 7. */
export const historyRows: readonly Row[] = [
  {
    call: "get_lock_events",
    about: "tells who opened and when, also to a steward",
    by: "steward",
    before: openings,
    params: ({ flat }) => ({ uuid: flat }),
    check: ({ lock_events: events }, { flat }) => {
      const [one, ...others] = records(events);
      assert.deepEqual(others, []);
      isRecent(one?.["time"], "ms");
      const { eventid, source, sourceid, source_name, uuid } = one ?? {};
      assert.deepEqual(
        { eventid, source, sourceid, source_name, uuid },
        { eventid: 1, source: 2, sourceid: 2, source_name: "", uuid: flat },
      );
    },
  },
  {
    call: "get_lock_events",
    about:
      "of a home is of all its locks, with sourceid and source_name also of an opening by hand",
    params: plain({ home_id: "h1" }),
    check: ({ lock_events: events }, { front }) => {
      const byHand = records(events).find(({ uuid }) => uuid === front);
      assert.deepEqual([byHand?.["sourceid"], byHand?.["source_name"]], [-1, ""]);
      assert.equal(records(events).length, 2);
    },
  },
  {
    call: "get_lock_events",
    about: "pages with offset and count, the oldest first",
    params: plain({ offset: 1, count: 1 }),
    check: async ({ lock_events: events }, { gateway }) => {
      const all = records((await gateway.must("get_lock_events"))["lock_events"]);
      assert.deepEqual(records(events), [all[1]]);
      const times = all.map(({ time }) => Number(time));
      assert.deepEqual(
        times,
        [...times].sort((left, right) => left - right),
      );
    },
  },
  {
    call: "get_lock_events",
    about: "keeps to start_time and end_time",
    params: plain({ start_time: tomorrow, end_time: tomorrow + 1 }),
    check: is({ lock_events: [] }),
  },
  ...["count_lock_events", "count_lock_envents"].flatMap((call): Row[] => [
    {
      call,
      about: "counts the same, also for a steward",
      by: "steward",
      params: ({ flat }) => ({ uuid: flat }),
      check: is({ count: 1 }),
    },
    {
      call,
      about: "keeps to start_time",
      params: plain({ start_time: tomorrow }),
      check: is({ count: 0 }),
    },
  ]),
  ...["get_lock_events", "count_lock_events", "count_lock_envents"].flatMap((call): Row[] => [
    ...addressRows(call, {}),
    {
      call,
      about: "of a home that there is not",
      error: "notFound",
      field: "home_id",
      params: plain({ home_id: "nowhere" }),
    },
  ]),
  {
    call: "search_device_op_log",
    about: "tells who did what, in the sentence rule's order",
    params: plain({ home_id: "h1", room_id: "r1", op_id: "20002", operator: "manager", count: 1 }),
    check: ({ op_list: list }) => {
      const [entry, ...others] = records(list);
      assert.deepEqual(others, []);
      const { timestamp, ...rest } = entry ?? {};
      isRecent(timestamp, "ms");
      assert.deepEqual(rest, {
        op_id: "20002",
        operator: { id: "manager", name: "manager" },
        target: { id: "r1", name: "bedroom", type: "room" },
        holder: { id: "h1", name: "Flat 1", type: "home" },
        recipient: { id: "999", name: "" },
        result: 0,
        sentence: "manager issued a password of home Flat 1's room bedroom for 999",
      });
    },
  },
  {
    call: "search_device_op_log",
    about: "of the gateway is of all its locks; each op_id is the document's",
    params: plain({ uuid: "gw-contract", count: 1000 }),
    check: ({ op_list: list }) => {
      const listed = new Set(records(list).map(({ op_id: id }) => id));
      for (const id of ["20002", "20003", "20004", "20006", "20007"]) assert.ok(listed.has(id), id);
    },
  },
  {
    call: "search_device_op_log",
    about: "pages with offset and count",
    params: plain({ offset: 2, count: 2 }),
    check: async ({ op_list: list }, { gateway }) => {
      const all = records((await gateway.must("search_device_op_log"))["op_list"]);
      assert.deepEqual(records(list), all.slice(2, 4));
    },
  },
  {
    call: "count_device_op_log",
    about: "counts what a search would find",
    params: ({ flat }) => ({ uuid: flat, op_id: "20006" }),
    check: is({ count: 1 }),
  },
];

/** Radio faults: a lock out of range, a lock that refuses, and a missing stick. */
export const radioRows: readonly Row[] = [
  { call: "rename_lock", about: "renames", params: ({ flat }) => ({ uuid: flat, name: "flat" }) },
  ...["rename_lock", "remove_lock", "remote_lock", "remote_unlock"].flatMap((call) =>
    addressRows(call, call === "rename_lock" ? { name: "x" } : {}),
  ),
  ...(["remote_lock", "remote_unlock"] as const).flatMap((call): Row[] => [
    { call, about: "moves the bolt", params: ({ flat }) => ({ uuid: flat }), check: is({}) },
    {
      call,
      about: "of a lock out of range",
      error: "unreachable",
      field: "uuid",
      params: ({ far }) => ({ uuid: far }),
    },
  ]),
  { call: "permit_join", about: "opens", params: plain({ seconds: 1 }), check: is({ seconds: 1 }) },
  {
    call: "permit_join",
    about: "closes",
    params: plain({ seconds: 0 }),
    check: is({ seconds: 0 }),
  },
];

/** Deletions. These rows come last. */
export const farewellRows: readonly Row[] = [
  {
    call: "remove_lock",
    about: "unpairs it",
    params: ({ short }) => ({ uuid: short }),
    check: is({ was_told: 1 }),
  },
  {
    call: "del_home",
    about: "answers a serviceid, and its locks are unpaired behind it",
    params: plain({ home_id: "h1" }),
    check: async ({ serviceid }, { gateway, flat }) => {
      await gateway.until("the locks to be unpaired", async () => {
        const { state } = await gateway.must("find_service", { serviceid });
        return state === 3 ? true : null;
      });
      const { body } = await gateway.post("get_lock_info", { uuid: flat });
      assert.equal(body.ErrNo, 15_006);
    },
  },
  {
    call: "del_home",
    about: "refuses an unknown home",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "h1" }),
  },
  {
    call: "find_service",
    about: "tells how far it has got",
    before: async ({ gateway }) => gateway.must("del_home", { home_id: "h8" }),
    params: plain({ serviceid: "" }),
    error: "badParameters",
    field: "serviceid",
  },
  {
    call: "find_service",
    about: "refuses an unknown service",
    error: "notFound",
    field: "serviceid",
    params: plain({ serviceid: "none" }),
  },
];

/** Limits on the number of homes, rooms and deletions. */
export const limitRows: readonly Row[] = [
  {
    call: "add_room",
    about: "more than a home may have",
    error: "busy",
    before: async ({ gateway }) => {
      await gateway.must("add_home", { home_id: "full" });
      const add = (at: number) =>
        gateway.must("add_room", {
          home_id: "full",
          room_id: `room ${at}`,
          room_name: "",
          room_description: "",
        });
      for (let at = 0; at < 128; at += 1) await add(at);
    },
    params: plain({ home_id: "full", room_id: "r", room_name: "", room_description: "" }),
  },
  {
    call: "add_home",
    about: "more than a gateway may have",
    error: "busy",
    before: async ({ gateway }) => {
      const { homes } = await gateway.must("list_homes");
      const free = 256 - records(homes).length;
      const add = (at: number) => gateway.must("add_home", { home_id: `home ${at}` });
      for (let at = 0; at < free; at += 1) await add(at);
    },
    params: plain({ home_id: "one more" }),
  },
];
