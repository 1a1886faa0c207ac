import Type, { type TSchema } from "typebox";

/* Words that the schemas of answers share. Times are Unix seconds unless a field says ms. */

export const time = (description: string) =>
  Type.Integer({ description: `${description}, Unix seconds` });
export const timeMs = (description: string) =>
  Type.Integer({ description: `${description}, Unix ms` });
export const yesNo = (description: string) =>
  Type.Union([Type.Literal(0), Type.Literal(1)], { description });
export const orNull = <T extends TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });
export const oneOf = <const T extends string>(words: readonly T[], description?: string) =>
  Type.Union(
    words.map((word) => Type.Literal(word)),
    description === undefined ? {} : { description },
  );
export const count = (description: string) => Type.Integer({ minimum: 0, description });
