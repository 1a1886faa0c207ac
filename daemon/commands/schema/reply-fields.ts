import Type, { type TSchema } from "typebox";

/* Fields of replies that several commands share. Times are Unix seconds unless a field says ms. */

export const time = (description: string) =>
  Type.Integer({ description: `${description}, Unix seconds` });
export const timeMs = (description: string) =>
  Type.Integer({ description: `${description}, Unix ms` });
export const yesNo = (description: string) =>
  Type.Union([Type.Literal(0), Type.Literal(1)], { description });
export const orNull = <T extends TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });
export const oneOf = <const T extends string>(values: readonly T[], description?: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    description === undefined ? {} : { description },
  );
export const count = (description: string) => Type.Integer({ minimum: 0, description });

/** A reply with no fields beside ErrNo and ErrMsg. */
export const emptyReply = Type.Object({});
