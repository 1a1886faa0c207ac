import type { TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { valueFaults } from "../../base/value-faults.ts";
import { GatewayError } from "../../core/model/errors.ts";

/** Validators by schema, each compiled when it is first needed. */
const validators = new WeakMap<TSchema, Validator>();

/** Limit of faults in one message. */
const maxFaults = 8;

/**
 * Checks parameters against a command's schema.
 * @throws GatewayError `badParameters` that names every field at fault, what is wrong with it and what is accepted
 */
export function requireValid(schema: TSchema, params: unknown): void {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  if (validator.Check(params)) return;
  throw faultError(schema, params);
}

/** Returns the error of parameters that do not fit, with the words of `base/accepted-text.ts`. */
function faultError(schema: TSchema, params: unknown): GatewayError {
  const faults = valueFaults(schema, params).slice(0, maxFaults);
  const [first] = faults;
  if (first === undefined) return new GatewayError("badParameters", "params: are not accepted");
  const message = faults.map(({ field, text }) => `${field || "params"}: ${text}`).join("; ");
  return new GatewayError("badParameters", message, { field: first.field || "params" });
}
