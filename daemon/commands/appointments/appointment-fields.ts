import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import type { AppointmentRecord } from "../../core/model/home/appointment.ts";
import type { StoreView } from "../../store/store.ts";
import { orNull, time } from "../schema/reply-fields.ts";
import { seconds, text } from "../schema/request-fields.ts";

/* An appointment is an installer's visit to a home. On the wire and in the store it is called an order. */

/** Fields of a request that makes or changes an appointment. */
export const appointmentFields = {
  date: seconds("Unix seconds; only the date counts"),
  time: Type.Union(
    [
      ...([100, 101, 102, 103] as const).map((part) => Type.Literal(part)),
      Type.Integer({ minimum: 86_400, maximum: 32_503_680_000 }),
    ],
    { description: "100 all day, 101 morning, 102 afternoon, 103 evening, else Unix seconds" },
  ),
  name: Type.String({ minLength: 1, maxLength: 64, description: "whom to ask for" }),
  phone: Type.String({ minLength: 1, maxLength: 32, description: "telephone number" }),
};

export const note = Type.Optional(text("free text", 512));

export const optionalAppointmentFields = {
  date: Type.Optional(appointmentFields.date),
  time: Type.Optional(appointmentFields.time),
  name: Type.Optional(appointmentFields.name),
  phone: Type.Optional(appointmentFields.phone),
  note,
};

export const stage = Type.Union([Type.Literal(1), Type.Literal(2)], {
  description: "1 active, 2 confirmed",
});

/** An appointment in a reply. */
export const appointmentReply = Type.Object({
  home_id: Type.String(),
  description: Type.String(),
  stage,
  demander: Type.Object({
    name: Type.String(),
    phone: Type.String(),
    expect_date: Type.Integer({ description: "Unix seconds; only the date counts" }),
    expect_time: Type.Integer({ description: "as the demander gave it" }),
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

export function stageOf({ installer }: AppointmentRecord): 1 | 2 {
  return installer === null ? 1 : 2;
}

/** Returns an appointment as replies have it. */
export function appointmentFieldsOf(view: StoreView, appointment: AppointmentRecord): JsonObject {
  const { homeId, demander, installer } = appointment;
  return {
    home_id: homeId,
    description: view.get("home", [homeId])?.description ?? "",
    stage: stageOf(appointment),
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
    ctime: Math.floor(appointment.createdAtMs / 1000),
    mtime: Math.floor(appointment.changedAtMs / 1000),
  };
}
