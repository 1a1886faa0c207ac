import Type from "typebox";
import { oneOf, orNull, time, timeMs, yesNo } from "../schema/reply-fields.ts";

/* What the calls for homes, appointments and the operation log answer. */

const party = { id: Type.String(), name: Type.String() };
const typedParty = Type.Object({
  ...party,
  type: oneOf(["home", "room", "lock", "gateway", "client", "callback", "member"]),
});

/** V1.6 `search_device_op_log`. */
export const operationsReply = Type.Object({
  op_list: Type.Array(
    Type.Object({
      op_id: Type.String(),
      operator: Type.Object(party),
      target: typedParty,
      holder: Type.Optional(typedParty),
      recipient: Type.Optional(Type.Object(party)),
      transport: Type.Optional(oneOf(["mqtt", "rest", "socket"], "how it came; from 21001 on")),
      timestamp: timeMs("when"),
      result: Type.Integer({ description: "0 = success" }),
      sentence: Type.String({ description: "operator + [holder's] + target + [recipient]" }),
    }),
  ),
});

const order = Type.Object({
  home_id: Type.String(),
  description: Type.String(),
  stage: Type.Union([Type.Literal(1), Type.Literal(2)], { description: "1 active, 2 confirmed" }),
  demander: Type.Object({
    name: Type.String(),
    phone: Type.String(),
    expect_date: Type.Integer({ description: "Unix seconds; only the date counts" }),
    expect_time: Type.Integer({ description: "as it was asked for" }),
    note: Type.String(),
  }),
  installer: Type.Object({
    name: Type.String(),
    phone: Type.String(),
    confirm_date: orNull(Type.Integer(), "null = not confirmed"),
    confirm_time: orNull(Type.Integer(), "null = not confirmed"),
    note: Type.String(),
  }),
  ctime: time("made"),
  mtime: time("changed"),
});

/** V1.6 `find_orders`. */
export const foundOrdersReply = Type.Object({
  result: Type.Record(Type.String(), Type.Array(order), { description: "by home id" }),
});

/** latchd's own `list_orders`. */
export const ordersReply = Type.Object({ orders: Type.Array(order) });

const stateFields = {
  sp_state: Type.Integer({ description: "1 not installed, 2 manageable" }),
  install_state: Type.Integer({ description: "3 assigned, 4 unassigned, 5 installed" }),
};

/** V1.6 `find_home_state`. */
export const homeState = Type.Object(stateFields);

/** latchd's own `list_homes`. */
export const homesReply = Type.Object({
  homes: Type.Array(
    Type.Object({
      home_id: Type.String(),
      home_name: Type.String(),
      location: Type.String(),
      ...stateFields,
      has_gateway: yesNo("1 = the gateway is bound to it"),
      outer_lock: orNull(Type.String(), "the lock of the outer door"),
      rooms: Type.Array(
        Type.Object({
          room_id: Type.String(),
          room_name: Type.String(),
          lock: orNull(Type.String()),
        }),
      ),
    }),
  ),
});
