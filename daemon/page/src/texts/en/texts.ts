import { common } from "./common.ts";
import { errors } from "./errors.ts";
import { people } from "./people.ts";

/** The English texts, by area. Their type is what every other language must have. */
export const texts = { common, errors, people };

export type Texts = typeof texts;
