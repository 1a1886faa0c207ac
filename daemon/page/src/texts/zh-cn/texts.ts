import type { Texts } from "../en/texts.ts";
import { common } from "./common.ts";
import { errors } from "./errors.ts";
import { people } from "./people.ts";

export const texts: Texts = { common, errors, people };
