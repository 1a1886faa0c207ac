import { GatewayError } from "../../core/model/errors.ts";
import type { AppointmentRecord } from "../../core/model/home/appointment.ts";
import { put, type StoreView } from "../../store/store.ts";
import type { Decision } from "../command.ts";
import { changing } from "../definition.ts";

/**
 * Returns a home's appointment, which nobody has confirmed yet.
 * @throws GatewayError `notFound`, or `permissionDenied` when it is confirmed
 */
export function openAppointment(view: StoreView, homeId: string): AppointmentRecord {
  const appointment = view.get("order", [homeId]);
  if (appointment === undefined) {
    throw new GatewayError("notFound", `home_id: home ${homeId} has no appointment`, {
      field: "home_id",
    });
  }
  if (appointment.installer !== null) {
    const text = "home_id: the appointment is confirmed; nobody may change it";
    throw new GatewayError("permissionDenied", text, { field: "home_id" });
  }
  return appointment;
}

/** Returns the decision that writes an appointment. */
export function writeAppointment(appointment: AppointmentRecord): Decision {
  return changing([put("order", [appointment.homeId], appointment)]);
}
