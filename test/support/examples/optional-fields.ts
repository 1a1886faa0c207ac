import { isObject } from "../../../daemon/base/json.ts";

/**
 * Says whether a schema lets a message leave out the field at the end of a path.
 * @param path as in "records[].detail.by"
 */
export function isOptional(schema: unknown, path: string): boolean {
  const names = path.replaceAll("[]", ".[]").split(".").filter(Boolean);
  const field = names.pop();
  if (field === undefined) return false;
  const owners = names.reduce(
    (schemas, name) => schemas.flatMap((one) => inside(one, name)),
    [...branches(schema)],
  );
  const known = owners.filter((owner) => propertyOf(owner, field) !== undefined);
  return known.some(({ required }) => !Array.isArray(required) || !required.includes(field));
}

type Schema = Readonly<Record<string, unknown>>;

/** Yields a schema, or each of those that it is a union of. */
function* branches(schema: unknown): Generator<Schema> {
  if (!isObject(schema)) return;
  const { anyOf } = schema;
  if (Array.isArray(anyOf)) for (const one of anyOf) yield* branches(one);
  else yield schema;
}

function inside(schema: Schema, name: string): readonly Schema[] {
  return [...branches(name === "[]" ? schema["items"] : propertyOf(schema, name))];
}

function propertyOf({ properties }: Schema, name: string): unknown {
  return isObject(properties) ? properties[name] : undefined;
}
