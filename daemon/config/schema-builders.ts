import type { TProperties, TSchema, Type as TypeBox } from "typebox";

/**
 * TypeBox's builders, as far as the configuration uses them, without loading TypeBox: see
 * docs/decisions/lazy-loading.md. A test proves that schemas and static types are the same.
 */
type Builders = Pick<
  typeof TypeBox,
  "Array" | "Boolean" | "Enum" | "Integer" | "Literal" | "Object" | "Optional" | "String" | "Union"
>;

const optional = new WeakSet<object>();

const builders = {
  Array: (items: TSchema, options?: object) => ({ type: "array", items, ...options }),
  Boolean: (options?: object) => ({ type: "boolean", ...options }),
  Enum: (choices: readonly string[], options?: object) => ({ enum: choices, ...options }),
  Integer: (options?: object) => ({ type: "integer", ...options }),
  Literal: (constant: string | number | boolean, options?: object) => ({
    type: typeof constant,
    const: constant,
    ...options,
  }),
  Object: (properties: TProperties, options?: object) => {
    const required = Object.keys(properties).filter((name) => !isOptional(properties[name]));
    return {
      type: "object",
      properties,
      ...(required.length === 0 ? {} : { required }),
      ...options,
    };
  },
  Optional: (schema: TSchema) => {
    const copy = { ...schema };
    optional.add(copy);
    return copy;
  },
  String: (options?: object) => ({ type: "string", ...options }),
  Union: (members: readonly TSchema[], options?: object) => ({ anyOf: members, ...options }),
};

// TypeBox's types have markers that exist for the compiler only.
export const Type = builders as unknown as Builders;

function isOptional(schema: TSchema | undefined): boolean {
  return schema !== undefined && optional.has(schema);
}
