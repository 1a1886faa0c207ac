import assert from "node:assert/strict";
import {
  begin,
  day,
  flat,
  is,
  isRecent,
  nextWeek,
  nowSeconds,
  plain,
  type Row,
  records,
} from "./rows.ts";

/** Codes: sections 6.3 … 6.10. The administrator's code of the lock `flat` is 135790. */
export const passwordRows: readonly Row[] = [
  {
    call: "get_default_password_plaintext",
    about: "of a lock that has none yet",
    error: "notFound",
    field: "uuid",
    params: ({ front }) => ({ uuid: front }),
  },
  {
    call: "add_password",
    about: "before the administrator's",
    error: "badParameters",
    field: "is_default",
    params: ({ front }) => ({ uuid: front, is_default: 0, password: "246810", phonenumber: "1" }),
  },
  {
    call: "get_dynamic_password_plaintext",
    about: "before the administrator's",
    error: "notFound",
    field: "uuid",
    params: ({ front }) => ({ uuid: front }),
  },
  {
    call: "add_password",
    about: "sets the administrator's as id 999",
    params: ({ front }) => ({ uuid: front, is_default: 1, password: "135790", phonenumber: "1" }),
    check: is({ id: 999, password_id: 999 }),
  },
  {
    call: "add_password",
    about: "sets a second administrator's",
    error: "duplicate",
    field: "is_default",
    params: flat({ is_default: 1, password: "111111", phonenumber: "1" }),
  },
  {
    call: "get_default_password_plaintext",
    about: "tells it in clear, zeros and all, by the room",
    params: plain({ room_id: "r1", home_id: "h1" }),
    check: is({ password: "135790" }),
  },
  {
    call: "add_password",
    about: "adds one for a time, and the lock takes it",
    params: flat({
      is_default: 0,
      password: "001234",
      phonenumber: "13800000000",
      name: "K",
      description: "a tenant",
      permission_begin: begin,
      permission_end: begin + day,
    }),
    check: async (body, world) => {
      is({ id: 1, password_id: 1 })(body, world);
      await world.gateway.done(world.flat, 1, 1);
    },
  },
  {
    call: "add_password",
    about: "adds one for next week, which waits",
    params: ({ front }) => ({
      uuid: front,
      password: "864200",
      phonenumber: "1",
      permission_begin: nextWeek,
      permission_end: nextWeek + day,
    }),
    check: async (_body, { gateway, front }) => {
      const one = (await gateway.passwords(front)).find(({ id }) => id === 1);
      assert.equal(one?.["permission_state"], 2);
      const permission = { begin: nextWeek, end: nextWeek + day, status: 2 };
      assert.deepEqual(one?.["permission"], permission);
    },
  },
  {
    call: "fetch_passwords",
    about: "tells each in the document's words",
    params: plain({ room_id: "r1" }),
    check: ({ passwords }) => {
      const list = records(passwords);
      assert.deepEqual(
        list.map(({ id }) => id),
        [1, 999],
      );
      const [one, administrator] = list;
      isRecent(one?.["time"], "ms");
      const { is_default, operation, operation_stage, permission_state, name, send_to } = one ?? {};
      assert.deepEqual(
        { is_default, operation, operation_stage, permission_state, name, send_to },
        {
          is_default: 0,
          operation: 1,
          operation_stage: 3,
          permission_state: 1,
          name: "K",
          send_to: "13800000000",
        },
      );
      assert.deepEqual(one?.["permission"], { begin, end: begin + day, status: 2 });
      assert.deepEqual(
        [administrator?.["is_default"], administrator?.["permission_state"]],
        [1, 1],
      );
      assert.doesNotMatch(JSON.stringify(passwords), /001234|135790/);
    },
  },
  {
    call: "add_password",
    about: "adds one for ever, by the room, with the document's own spelling of the begin",
    params: plain({ room_id: "r1", password: "246810", phonenumber: "2", permisson_begin: 0 }),
    check: async (body, world) => {
      is({ id: 2, password_id: 2 })(body, world);
      const record = await world.gateway.done(world.flat, 2, 1);
      assert.deepEqual(record["permission"], { begin: 0, end: 0, status: 2 });
      assert.equal(record["permission_state"], 1);
    },
  },
  {
    call: "add_password",
    about: "with two begins that differ",
    error: "badParameters",
    field: "permisson_begin",
    params: flat({ password: "777777", permission_begin: 1, permisson_begin: 2 }),
  },
  {
    call: "add_password",
    about: "of a code that the lock has",
    error: "duplicate",
    field: "password",
    params: flat({ password: "001234" }),
  },
  {
    call: "add_password",
    about: "that is over already",
    error: "badParameters",
    field: "permission_end",
    params: flat({ password: "777777", permission_end: nowSeconds() - day }),
  },
  {
    call: "add_password",
    about: "that ends before it begins",
    error: "badParameters",
    field: "permission_end",
    params: flat({
      password: "777777",
      permission_begin: nowSeconds() + 2 * day,
      permission_end: nowSeconds() + day,
    }),
  },
  {
    call: "add_password",
    about: "weekly, in a zone that there is not",
    error: "badParameters",
    field: "weekly.time_zone",
    params: flat({
      password: "777777",
      weekly: { days: ["sunday"], start_minute: 0, end_minute: 9, time_zone: "Mars/Base" },
    }),
  },
  {
    call: "add_password",
    about: "that the lock cannot take",
    error: "unsupported",
    field: "password",
    params: ({ short }) => ({ uuid: short, is_default: 1, password: "135790" }),
  },
  {
    call: "add_password",
    about: "on a lock that is full",
    error: "lockFull",
    field: "uuid",
    before: async ({ gateway, small: uuid }) => {
      await gateway.must("add_password", { uuid, is_default: 1, password: "135790" });
      const ends = { permission_end: nowSeconds() + 2 };
      await gateway.must("add_password", { uuid, password: "100001", ...ends });
    },
    params: ({ small }) => ({ uuid: small, password: "100002" }),
  },
  {
    call: "get_dynamic_password_plaintext",
    about: "on a lock that is full",
    error: "lockFull",
    field: "uuid",
    before: async ({ gateway, small: uuid }) => {
      await gateway.until("the first to be over", async () => {
        const one = (await gateway.passwords(uuid)).find(({ id }) => id === 1);
        return one?.["slot"] === null ? true : null;
      });
      await gateway.must("add_password", { uuid, password: "100003" });
    },
    params: ({ small }) => ({ uuid: small }),
  },
];

/** While the time is unknown, the gateway grants no access but still performs every revocation. */
export const lostRows: readonly Row[] = [
  {
    call: "add_password",
    about: "while the time is lost",
    error: "clockLost",
    params: flat({ password: "777777" }),
  },
  {
    call: "update_password",
    about: "while the time is lost",
    error: "clockLost",
    params: flat({ password_id: 2, password: "777777" }),
  },
  {
    call: "unfrozen_password",
    about: "while the time is lost",
    error: "clockLost",
    params: flat({ password_id: 2 }),
  },
  {
    call: "get_dynamic_password_plaintext",
    about: "while the time is lost",
    error: "clockLost",
    params: flat({}),
  },
  {
    call: "frozen_password",
    about: "freezes also while the time is lost",
    params: flat({ password_id: 2 }),
    check: is({}),
  },
];

/** Cases for a lock whose record says that it no longer takes codes. */
export const codelessRows: readonly Row[] = [
  {
    call: "update_password",
    about: "of a lock that takes no codes any more",
    error: "unsupported",
    field: "uuid",
    params: ({ front }) => ({ uuid: front, password_id: 999, password: "777777" }),
  },
  {
    call: "get_dynamic_password_plaintext",
    about: "of a lock that takes no codes any more",
    error: "unsupported",
    field: "uuid",
    params: ({ front }) => ({ uuid: front }),
  },
];
