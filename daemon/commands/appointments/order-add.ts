import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { writeCommand } from "../definition.ts";
import { findHome } from "../homes/lock-location.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { homeId } from "../schema/request-fields.ts";
import { appointmentFields, note } from "./appointment-fields.ts";
import { writeAppointment } from "./open-appointment.ts";

export const orderAdd = writeCommand({
  name: "order_add",
  summary: "Asks for an installation; a home has one appointment.",
  access: "steward",
  errors: ["notFound", "duplicate"],
  activity: activityIds.appointmentChanged,
  input: Type.Object(
    { home_id: homeId, ...appointmentFields, note },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view, time: { nowMs } }, wanted) {
    const home = findHome(view, wanted.home_id);
    if (view.get("order", [home.homeId]) !== undefined) {
      throw new GatewayError("duplicate", "home_id: the home has an appointment already", {
        field: "home_id",
      });
    }
    return writeAppointment({
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
    });
  },
});
