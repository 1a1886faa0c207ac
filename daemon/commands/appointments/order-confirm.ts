import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { homeId } from "../schema/request-fields.ts";
import { optionalAppointmentFields } from "./appointment-fields.ts";
import { openAppointment, writeAppointment } from "./open-appointment.ts";

/** latchd's own: V1.6 has no call by which an installer confirms. */
export const orderConfirm = writeCommand({
  name: "order_confirm",
  summary: "The installer confirms the visit; from then on nobody changes it.",
  access: "installer",
  errors: ["notFound"],
  phrases: [
    {
      words: ["order", "confirm"],
      fields: ["home_id"],
      times: ["date"],
    },
  ],
  activity: activityIds.appointmentChanged,
  input: Type.Object(
    { home_id: homeId, ...optionalAppointmentFields },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view, time, caller }, wanted) {
    const appointment = openAppointment(view, wanted.home_id);
    const { demander } = appointment;
    const installer = {
      name: wanted.name ?? caller.name,
      phone: wanted.phone ?? "",
      confirmDate: wanted.date ?? demander.expectDate,
      confirmTime: wanted.time ?? demander.expectTime,
      note: wanted.note ?? "",
    };
    return writeAppointment({ ...appointment, installer, changedAtMs: time.nowMs });
  },
});
