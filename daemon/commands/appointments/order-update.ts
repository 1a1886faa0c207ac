import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";
import { homeId } from "../schema/request-fields.ts";
import { optionalAppointmentFields } from "./appointment-fields.ts";
import { openAppointment, writeAppointment } from "./open-appointment.ts";

export const orderUpdate = writeCommand({
  name: "order_update",
  summary: "Changes an appointment that the installer has not confirmed yet; what is absent stays.",
  access: "visit",
  errors: ["notFound"],
  activity: activityIds.appointmentChanged,
  input: Type.Object(
    { home_id: homeId, ...optionalAppointmentFields },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view, time }, wanted) {
    const appointment = openAppointment(view, wanted.home_id);
    const before = appointment.demander;
    const demander = {
      name: wanted.name ?? before.name,
      phone: wanted.phone ?? before.phone,
      expectDate: wanted.date ?? before.expectDate,
      expectTime: wanted.time ?? before.expectTime,
      note: wanted.note ?? before.note,
    };
    return writeAppointment({ ...appointment, demander, changedAtMs: time.nowMs });
  },
});
