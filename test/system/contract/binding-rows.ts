import assert from "node:assert/strict";
import { is, nowSeconds, plain, type Row } from "./rows.ts";

const visit = { date: 1_893_456_000, time: 101, name: "K", phone: "13800000000" };

/** Bindings with the errors 15008 … 15012, and the appointments of section 8. */
export const bindingRows: readonly Row[] = [
  { call: "bind_center", about: "binds it", params: plain({ home_id: "h9" }), check: is({}) },
  {
    call: "bind_center",
    about: "to a home that has one",
    error: "homeTaken",
    field: "home_id",
    params: plain({ home_id: "h9" }),
  },
  {
    call: "bind_center",
    about: "to a home that there is not",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "nowhere" }),
  },
  {
    call: "unbind_center",
    about: "from a home with locks",
    error: "deviceTaken",
    field: "home_id",
    params: plain({ home_id: "h1" }),
  },
  { call: "unbind_center", about: "frees it", params: plain({ home_id: "h9" }), check: is({}) },
  {
    call: "unbind_center",
    about: "that is not bound",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "h9" }),
  },
  {
    call: "bind_lock",
    about: "binds it to a room",
    params: ({ small }) => ({ uuid: small, home_id: "h1", room_id: "r2" }),
    check: is({}),
  },
  {
    call: "bind_lock",
    about: "where it is already",
    error: "deviceExists",
    field: "uuid",
    params: ({ small }) => ({ uuid: small, home_id: "h1", room_id: "r2" }),
  },
  {
    call: "bind_lock",
    about: "that is bound elsewhere",
    error: "deviceTaken",
    field: "uuid",
    params: ({ small }) => ({ uuid: small, home_id: "h1", room_id: "r1" }),
  },
  {
    call: "bind_lock",
    about: "to a room that has one",
    error: "roomTaken",
    field: "room_id",
    params: ({ short }) => ({ uuid: short, home_id: "h1", room_id: "r1" }),
  },
  {
    call: "bind_lock",
    about: "to a room that there is not",
    error: "roomMissing",
    field: "room_id",
    params: ({ short }) => ({ uuid: short, home_id: "h1", room_id: "attic" }),
  },
  {
    call: "bind_lock",
    about: "that is not paired",
    error: "notFound",
    field: "uuid",
    params: plain({ uuid: "0x00124b00deadbeef", home_id: "h1", room_id: "r1" }),
  },
  {
    call: "move_lock",
    about: "takes it to another room",
    params: ({ small }) => ({ uuid: small, home_id: "h1", room_id: "twin" }),
    check: is({}),
  },
  {
    call: "move_lock",
    about: "takes it back",
    params: ({ small }) => ({ uuid: small, home_id: "h1", room_id: "r2" }),
    check: is({}),
  },
  {
    call: "move_lock",
    about: "to a room that has one",
    error: "roomTaken",
    field: "room_id",
    params: ({ small }) => ({ uuid: small, home_id: "h1", room_id: "r1" }),
  },
  {
    call: "move_lock",
    about: "to a room that there is not",
    error: "roomMissing",
    field: "room_id",
    params: ({ small }) => ({ uuid: small, home_id: "h1", room_id: "attic" }),
  },
  {
    call: "move_lock",
    about: "that is not paired",
    error: "notFound",
    field: "uuid",
    params: plain({ uuid: "0x00124b00deadbeef", home_id: "h1", room_id: "twin" }),
  },
  { call: "unbind_lock", about: "by its room", params: plain({ room_id: "r2" }), check: is({}) },
  {
    call: "unbind_lock",
    about: "that is bound nowhere",
    error: "notFound",
    field: "uuid",
    params: ({ small }) => ({ uuid: small }),
  },
  {
    call: "unbind_lock",
    about: "of a room that there is not",
    error: "roomMissing",
    field: "room_id",
    params: plain({ room_id: "attic" }),
  },
  {
    call: "order_add",
    about: "asks for a visit, as a steward",
    by: "steward",
    params: plain({ home_id: "h9", ...visit, note: "ring twice" }),
    check: is({}),
  },
  {
    call: "order_add",
    about: "twice for one home",
    error: "duplicate",
    field: "home_id",
    params: plain({ home_id: "h9", ...visit }),
  },
  {
    call: "order_add",
    about: "for a home that there is not",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "nowhere", ...visit }),
  },
  {
    call: "order_update",
    about: "changes what is given and nothing else, as an installer too",
    by: "installer",
    params: plain({ home_id: "h9", time: 1_893_488_400 }),
    check: async (_body, { gateway }) => {
      const { result } = await gateway.must("find_orders", { home_id: ["h9", "h1"] });
      assert.deepEqual(Object.keys(Object(result)), ["h9"]);
      const { ctime, mtime, ...rest } = Object(result)["h9"];
      assert.ok(Number(ctime) <= Number(mtime) && Number(mtime) <= nowSeconds());
      assert.deepEqual(rest, {
        home_id: "h9",
        description: "",
        stage: 1,
        demander: {
          name: "K",
          phone: "13800000000",
          expect_date: 1_893_456_000,
          expect_time: 1_893_488_400,
          note: "ring twice",
        },
        installer: { name: "", phone: "", confirm_date: null, confirm_time: null, note: "" },
      });
    },
  },
  {
    call: "order_update",
    about: "of a home without one",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "h1", time: 100 }),
  },
  {
    call: "order_confirm",
    about: "tells when the installer comes, and assigns the home",
    by: "installer",
    params: plain({ home_id: "h9", name: "I", phone: "2", time: 102 }),
    check: async (_body, { gateway }) => {
      const { result } = await gateway.must("find_home_state", { home_id: "h9" });
      assert.deepEqual(result, { sp_state: 2, install_state: 3 });
    },
  },
  {
    call: "order_confirm",
    about: "of a home without one",
    error: "notFound",
    field: "home_id",
    params: plain({ home_id: "h1" }),
  },
  {
    call: "order_update",
    about: "after it was confirmed",
    error: "permissionDenied",
    field: "home_id",
    params: plain({ home_id: "h9", time: 100 }),
  },
  {
    call: "find_orders",
    about: "shows the installer's word, as stage 2",
    by: "steward",
    params: plain({ home_id: ["h9", "nowhere"] }),
    check: ({ result }) => {
      const order = Object(result)["h9"];
      assert.equal(order.stage, 2);
      assert.deepEqual(order.installer, {
        name: "I",
        phone: "2",
        confirm_date: 1_893_456_000,
        confirm_time: 102,
        note: "",
      });
    },
  },
];
