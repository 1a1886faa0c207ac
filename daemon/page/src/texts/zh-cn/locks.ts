import type { Texts } from "../en/texts.ts";

export const locks: Texts["locks"] = {};
