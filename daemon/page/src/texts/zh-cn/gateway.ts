import type { Texts } from "../en/texts.ts";

export const gateway: Texts["gateway"] = {};
