import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { valueFaults } from "../../../daemon/base/value-faults.ts";

/** The caller's fault; the message names the field. Answered with 400, or 404. */
export class BadRequest extends Error {
  override readonly name = "BadRequest";
  readonly statusCode: 400 | 404;

  constructor(message: string, statusCode: 400 | 404 = 400) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** @throws BadRequest naming the first field that is wrong. An empty body counts as `{}`. */
export function parseBody<T extends TSchema>(schema: T, body: unknown): Static<T> {
  const given = body ?? {};
  if (Value.Check(schema, given)) return given;
  const [first] = valueFaults(schema, given);
  throw new BadRequest(`${first?.field || "body"}: ${first?.text ?? "is not accepted"}`);
}
