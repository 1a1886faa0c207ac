import type { Texts } from "../en/texts.ts";

export const pairing: Texts["pairing"] = {};
