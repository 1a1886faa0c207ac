import Type, { type Static } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { AppointmentRecord, Demander, Installer } from "../../core/model/home/appointment.ts";
import { put, type StoreView } from "../../store/store.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { answer } from "../read-command.ts";
import { anyResult, homeId, seconds, text } from "../schema/request-fields.ts";
import { foundOrdersReply, ordersReply } from "./home-replies.ts";
import { findHome } from "./lock-location.ts";

const time = Type.Union(
  [
    ...([100, 101, 102, 103] as const).map((part) => Type.Literal(part)),
    Type.Integer({ minimum: 86_400, maximum: 32_503_680_000 }),
  ],
  { description: "100 all day, 101 morning, 102 afternoon, 103 evening, else Unix seconds" },
);

const words = {
  date: seconds("Unix seconds; only the date counts"),
  time,
  name: Type.String({ minLength: 1, maxLength: 64, description: "whom to ask for" }),
  phone: Type.String({ minLength: 1, maxLength: 32, description: "telephone number" }),
};
const note = Type.Optional(text("free text", 512));

const addInput = Type.Object({ home_id: homeId, ...words, note }, { additionalProperties: false });

const orderAdd: Command<typeof addInput> = {
  name: "order_add",
  summary: "Asks for an installation; a home has one appointment.",
  access: "steward",
  isReadOnly: false,
  input: addInput,
  output: anyResult,
  run({ view, time: { nowMs } }, wanted) {
    const home = findHome(view, wanted.home_id);
    if (view.get("order", [home.homeId]) !== undefined) {
      throw new GatewayError("duplicate", "home_id: the home has an appointment already", {
        field: "home_id",
      });
    }
    const order: AppointmentRecord = {
      homeId: home.homeId,
      demander: {
        name: wanted.name,
        phone: wanted.phone,
        expectDate: wanted.date,
        expectTime: wanted.time,
        note: wanted.note ?? "",
      },
      installer: null,
      createdAtMs: nowMs,
      changedAtMs: nowMs,
    };
    return kept(order);
  },
};

const updateInput = Type.Object(
  {
    home_id: homeId,
    date: Type.Optional(words.date),
    time: Type.Optional(words.time),
    name: Type.Optional(words.name),
    phone: Type.Optional(words.phone),
    note,
  },
  { additionalProperties: false },
);

const orderUpdate: Command<typeof updateInput> = {
  name: "order_update",
  summary: "Changes an appointment that the installer has not confirmed yet; what is absent stays.",
  access: "visit",
  isReadOnly: false,
  input: updateInput,
  output: anyResult,
  run(context, wanted) {
    const order = openOrder(context.view, wanted.home_id);
    const before = order.demander;
    const demander: Demander = {
      name: wanted.name ?? before.name,
      phone: wanted.phone ?? before.phone,
      expectDate: wanted.date ?? before.expectDate,
      expectTime: wanted.time ?? before.expectTime,
      note: wanted.note ?? before.note,
    };
    return kept({ ...order, demander, changedAtMs: context.time.nowMs });
  },
};

const confirmInput = Type.Object(
  {
    home_id: homeId,
    date: Type.Optional(words.date),
    time: Type.Optional(words.time),
    name: Type.Optional(words.name),
    phone: Type.Optional(words.phone),
    note,
  },
  { additionalProperties: false },
);

/** latchd's own: V1.6 leaves to its makers how their installers confirm. */
const orderConfirm: Command<typeof confirmInput> = {
  name: "order_confirm",
  summary: "The installer's word: the visit takes place; from then on nobody changes it.",
  access: "installer",
  isReadOnly: false,
  input: confirmInput,
  output: anyResult,
  run: confirm,
};

function confirm(context: CommandContext, wanted: Static<typeof confirmInput>): Decision {
  const order = openOrder(context.view, wanted.home_id);
  const { demander } = order;
  const installer: Installer = {
    name: wanted.name ?? context.caller.name,
    phone: wanted.phone ?? "",
    confirmDate: wanted.date ?? demander.expectDate,
    confirmTime: wanted.time ?? demander.expectTime,
    note: wanted.note ?? "",
  };
  return kept({ ...order, installer, changedAtMs: context.time.nowMs });
}

/** @throws GatewayError `notFound`, or `permissionDenied` for one that is confirmed. */
function openOrder(view: StoreView, id: string): AppointmentRecord {
  const order = view.get("order", [id]);
  if (order === undefined) {
    throw new GatewayError("notFound", `home_id: home ${id} has no appointment`, {
      field: "home_id",
    });
  }
  if (order.installer !== null) {
    const text = "home_id: the appointment is confirmed; nobody may change it";
    throw new GatewayError("permissionDenied", text, { field: "home_id" });
  }
  return order;
}

function kept(order: AppointmentRecord): Decision {
  return { ...answer({}), changes: [put("order", [order.homeId], order)] };
}

const findInput = Type.Object(
  {
    home_id: Type.Array(homeId, {
      maxItems: 256,
      description: "homes; those without an appointment are left out of the answer",
    }),
  },
  { additionalProperties: false },
);

const findOrders: Command<typeof findInput> = {
  name: "find_orders",
  summary: "The appointments of several homes, by home id.",
  access: "visit",
  isReadOnly: true,
  input: findInput,
  output: foundOrdersReply,
  run({ view }, input) {
    const found: [string, JsonObject[]][] = [];
    for (const id of new Set(input.home_id)) {
      const order = view.get("order", [id]);
      if (order !== undefined) found.push([id, [wordsOf(view, order)]]);
    }
    return answer({ result: Object.fromEntries(found) });
  },
};

const listInput = Type.Object(
  {
    stage: Type.Optional(
      Type.Union([Type.Literal(1), Type.Literal(2)], { description: "1 active, 2 confirmed" }),
    ),
  },
  { additionalProperties: false },
);

/** latchd's own: what an installer on site looks at. */
const listOrders: Command<typeof listInput> = {
  name: "list_orders",
  summary: "All appointments of this gateway's homes.",
  access: "visit",
  isReadOnly: true,
  input: listInput,
  output: ordersReply,
  run({ view }, { stage }) {
    const orders = [...view.list("order")].filter(
      (order) => stage === undefined || stageOf(order) === stage,
    );
    return answer({ orders: orders.map((order) => wordsOf(view, order)) });
  },
};

function stageOf(order: AppointmentRecord): 1 | 2 {
  return order.installer === null ? 1 : 2;
}

function wordsOf(view: StoreView, order: AppointmentRecord): JsonObject {
  const { demander, installer } = order;
  return {
    home_id: order.homeId,
    description: view.get("home", [order.homeId])?.description ?? "",
    stage: stageOf(order),
    demander: {
      name: demander.name,
      phone: demander.phone,
      expect_date: demander.expectDate,
      expect_time: demander.expectTime,
      note: demander.note,
    },
    installer: {
      name: installer?.name ?? "",
      phone: installer?.phone ?? "",
      confirm_date: installer?.confirmDate ?? null,
      confirm_time: installer?.confirmTime ?? null,
      note: installer?.note ?? "",
    },
    ctime: Math.floor(order.createdAtMs / 1000),
    mtime: Math.floor(order.changedAtMs / 1000),
  };
}

export const orderCommands: readonly Command[] = [
  orderAdd,
  orderUpdate,
  findOrders,
  orderConfirm,
  listOrders,
];
