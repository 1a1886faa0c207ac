import Type from "typebox";
import type { CommandContext } from "../../commands/command.ts";
import { flag, text } from "../../commands/schema/request-fields.ts";
import { codeInput, digitsOf } from "../code-input.ts";
import { type GivenWeekly, type SchedulePorts, schedule, weeklyOf } from "../schedule.ts";
import { eitherTime, secondsOf } from "../times.ts";

/* The fields of a temporary password, of both generations. */

/** 0 or 1, as a number or, as in the old generation's example, as text. */
const flagOrText = (description: string) =>
  Type.Union([flag(description), Type.Literal("0"), Type.Literal("1")], { description });

export const nameField = text("name for the history");
export const phones = {
  countryCode: Type.Optional(
    Type.String({ pattern: "^[0-9]{0,4}$", description: "country code, e.g. 86" }),
  ),
  phone: Type.Optional(
    Type.String({ pattern: "^[0-9+ -]{0,24}$", description: "who receives the code" }),
  ),
};

/** Fields that both generations have. */
export const commonFields = {
  name: Type.Optional(nameField),
  effectiveTime: Type.Optional(eitherTime("valid from")),
  invalidTime: Type.Optional(eitherTime("valid until")),
  password: Type.Optional(codeInput),
  ...phones,
  oneTime: Type.Optional(flagOrText("1 = ends with its first opening")),
};

/** Fields of the new generation only. */
export const newGenerationFields = {
  schedule: Type.Optional(schedule),
  sendMsg: Type.Optional(flagOrText("1 = send the code to the telephone number")),
};

/** The fields of a password in a request. */
export interface PasswordFields {
  readonly name?: string;
  readonly effectiveTime?: string | number;
  readonly invalidTime?: string | number;
  readonly password?: string;
  readonly countryCode?: string;
  readonly phone?: string;
  readonly oneTime?: 0 | 1 | "0" | "1";
  readonly schedule?: Parameters<typeof weeklyOf>[0];
}

/** The same fields as the commands have them. An absent field stays absent. */
export interface CommandFields {
  readonly name?: string;
  readonly password?: string;
  readonly phonenumber?: string;
  readonly one_time?: 0 | 1;
  readonly begin?: number;
  readonly end?: number;
  /** Null = none. */
  readonly weekly?: GivenWeekly | null;
}

/** Returns the fields of the command. @throws GatewayError naming the field. */
export function commandFields(
  context: CommandContext,
  given: PasswordFields,
  ports: SchedulePorts,
): CommandFields {
  const { name, password, effectiveTime, invalidTime, oneTime } = given;
  const phone = phoneOf(given);
  return {
    ...(name === undefined ? {} : { name }),
    ...(password === undefined ? {} : { password: digitsOf(context, password) }),
    ...(phone === undefined ? {} : { phonenumber: phone }),
    ...(oneTime === undefined ? {} : { one_time: isSet(oneTime) ? 1 : 0 }),
    ...(effectiveTime === undefined ? {} : { begin: secondsOf(effectiveTime, "effectiveTime") }),
    ...(invalidTime === undefined ? {} : { end: secondsOf(invalidTime, "invalidTime") }),
    ...(given.schedule === undefined ? {} : { weekly: weeklyOf(given.schedule, ports) }),
  };
}

/** Returns the number as the record has it: "86-13575791025", or without a country code. */
function phoneOf({ countryCode, phone }: PasswordFields): string | undefined {
  if (phone === undefined) return undefined;
  const hasCountry = countryCode !== undefined && countryCode !== "" && phone !== "";
  return hasCountry ? `${countryCode}-${phone}` : phone;
}

export function isSet(flagged: 0 | 1 | "0" | "1" | undefined): boolean {
  return flagged === 1 || flagged === "1";
}
