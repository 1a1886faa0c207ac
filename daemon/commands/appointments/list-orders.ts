import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { appointmentFieldsOf, appointmentReply, stage, stageOf } from "./appointment-fields.ts";

/** latchd's own: what an installer on site reads. */
export const listOrders = readCommand({
  name: "list_orders",
  summary: "All appointments of this gateway's homes.",
  access: "visit",
  errors: [],
  resources: [{ method: "GET", path: "/api/orders" }],
  phrases: [{ words: ["order", "list"] }],
  input: Type.Object({ stage: Type.Optional(stage) }, { additionalProperties: false }),
  output: Type.Object({ orders: Type.Array(appointmentReply) }),
  run({ view }, { stage: wanted }) {
    const appointments = [...view.list("order")].filter(
      (appointment) => wanted === undefined || stageOf(appointment) === wanted,
    );
    return answer({
      orders: appointments.map((appointment) => appointmentFieldsOf(view, appointment)),
    });
  },
});
