import assert from "node:assert/strict";
import { addressRows } from "./home-rows.ts";
import { begin, day, flat, is, nextWeek, nowSeconds, type Row, recordOf } from "./rows.ts";

/** Changes, freezes and deletions: sections 6.6 … 6.10, after the rows that add the passwords. */
export const passwordChangeRows: readonly Row[] = [
  {
    call: "update_password",
    about: "that opens again on a lock that is full by now",
    error: "lockFull",
    field: "uuid",
    params: ({ small }) => ({ uuid: small, password_id: 1, permission: {} }),
  },
  {
    call: "update_password",
    about: "changes name, code and validity, and the lock takes it",
    params: flat({
      password_id: 1,
      name: "L",
      password: "004321",
      phonenumber: "3",
      permission: { begin: begin, end: begin + 2 * day },
    }),
    check: async (body, world) => {
      is({})(body, world);
      const { name, send_to, permission } = await world.gateway.done(world.flat, 1, 3);
      assert.deepEqual(
        { name, send_to, permission },
        { name: "L", send_to: "3", permission: { begin, end: begin + 2 * day, status: 2 } },
      );
    },
  },
  {
    call: "update_password",
    about: "makes it permanent with an empty permission",
    params: flat({ password_id: 1, permission: {} }),
    check: async (_body, world) => {
      const record = await world.gateway.done(world.flat, 1, 3);
      assert.deepEqual(record["permission"], { begin: 0, end: 0, status: 2 });
    },
  },
  {
    call: "update_password",
    about: "changes the administrator's code",
    params: ({ front }) => ({ uuid: front, password_id: 999, password: "975310" }),
    check: async (_body, { gateway, front: uuid }) => {
      const { password } = await gateway.must("get_default_password_plaintext", { uuid });
      assert.equal(password, "975310");
    },
  },
  {
    call: "update_password",
    about: "gives the administrator's an end",
    error: "badParameters",
    field: "permission",
    params: flat({ password_id: 999, permission: { end: nextWeek } }),
  },
  {
    call: "update_password",
    about: "of an id that there is not",
    error: "notFound",
    field: "password_id",
    params: flat({ password_id: 77, name: "x" }),
  },
  {
    call: "update_password",
    about: "to a code that the lock has",
    error: "duplicate",
    field: "password",
    params: flat({ password_id: 1, password: "246810" }),
  },
  {
    call: "update_password",
    about: "that ends in the past",
    error: "badParameters",
    field: "permission_end",
    params: flat({ password_id: 1, permission: { end: 1_000_000 } }),
  },
  {
    call: "frozen_password",
    about: "freezes it",
    params: flat({ password_id: 1 }),
    check: async (body, world) => {
      is({})(body, world);
      await world.gateway.done(world.flat, 1, 4);
      assert.equal((await recordOf(world, 1))["frozen"], 1);
    },
  },
  {
    call: "unfrozen_password",
    about: "makes it open again",
    params: flat({ password_id: 1 }),
    check: async (body, world) => {
      is({})(body, world);
      await world.gateway.done(world.flat, 1, 5);
    },
  },
  {
    call: "delete_password",
    about: "takes it from the lock, and its id is gone",
    params: flat({ password_id: 1 }),
    check: async (body, world) => {
      is({})(body, world);
      await world.gateway.until("it to be gone", async () =>
        (await world.gateway.passwords(world.flat)).some(({ id }) => id === 1) ? null : true,
      );
    },
  },
  ...["delete_password", "frozen_password"].map(
    (call): Row => ({
      call,
      about: "of the administrator's",
      error: "administratorProtected",
      field: "password_id",
      params: flat({ password_id: 999 }),
    }),
  ),
  ...["delete_password", "frozen_password", "unfrozen_password"].flatMap((call): Row[] => [
    {
      call,
      about: "of an id that there is not",
      error: "notFound",
      field: "password_id",
      params: flat({ password_id: 1 }),
    },
    ...addressRows(call, { password_id: 2 }),
  ]),
  ...["get_lock_info", "fetch_passwords", "get_default_password_plaintext"].flatMap((call) =>
    addressRows(call, {}),
  ),
  ...addressRows("get_dynamic_password_plaintext", {}),
  ...addressRows("add_password", { password: "777777" }),
  ...addressRows("update_password", { password_id: 2, name: "x" }),
  {
    call: "get_dynamic_password_plaintext",
    about: "tells a code of six digits for five minutes",
    params: flat({}),
    check: ({ password, invalid_time, password_id }) => {
      assert.match(String(password), /^[0-9]{6}$/);
      assert.equal(password_id, 0);
      const rest = Number(invalid_time) - nowSeconds();
      assert.ok(rest > 290 && rest <= 301, `${rest} s`);
    },
  },
  {
    call: "get_dynamic_password_plaintext",
    about: "too often within five minutes",
    error: "busy",
    before: async ({ gateway, flat: uuid }) => {
      for (let at = 0; at < 20; at += 1) {
        await gateway.must("delete_password", { uuid, password_id: 0 });
        const { body } = await gateway.post("get_dynamic_password_plaintext", { uuid });
        if (body.ErrNo !== 0) return;
      }
    },
    params: flat({}),
  },
];
