import type { TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { GatewayError } from "../../core/model/errors.ts";

/** Validators by schema, each compiled when it is first needed. */
const validators = new WeakMap<TSchema, Validator>();

/** Limit of faults in one message. */
const maxFaults = 8;

/**
 * Checks parameters against a command's schema.
 * @throws GatewayError `badParameters` that names every field at fault and what is wrong with it
 */
export function requireValid(schema: TSchema, params: unknown): void {
  let validator = validators.get(schema);
  if (validator === undefined) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  if (validator.Check(params)) return;
  const faults = new Map<string, string>();
  for (const fault of validator.Errors(params)) {
    for (const [field, text] of fieldFaults(fault)) {
      if (!faults.has(field) && faults.size < maxFaults) faults.set(field, text);
    }
  }
  const [first] = faults.keys();
  const message = Array.from(faults, ([field, text]) => `${field}: ${text}`).join("; ");
  throw new GatewayError("badParameters", message, first === undefined ? {} : { field: first });
}

type Fault = ReturnType<Validator["Errors"]>[number];

function fieldFaults(fault: Fault): readonly (readonly [string, string])[] {
  const at = fault.instancePath.slice(1).replaceAll("/", ".");
  const inside = (name: string) => (at === "" ? name : `${at}.${name}`);
  switch (fault.keyword) {
    // Says the same as additionalProperties, without the name.
    case "boolean":
      return [];
    case "required":
      return fault.params.requiredProperties.map((name) => [inside(name), "is missing"]);
    case "additionalProperties":
      return fault.params.additionalProperties.map((name) => [inside(name), "is not known here"]);
    default:
      return [[at === "" ? "params" : at, fault.message]];
  }
}
