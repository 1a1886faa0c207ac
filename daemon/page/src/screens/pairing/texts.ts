import { computed } from "@preact/signals";
import type { PairingTexts } from "../../texts/en/pairing.ts";
import { lazyTexts } from "../../texts/lazy-texts.ts";
import { texts as ofEverybody } from "../../texts/text.ts";

const area = lazyTexts<PairingTexts>({
  en: () => import("../../texts/en/pairing.ts"),
  "zh-CN": () => import("../../texts/zh-cn/pairing.ts"),
});
await area.load();

/** The texts of everybody with those of the wizard. */
export const texts = computed(() => ({ ...ofEverybody.value, pairing: area.texts.value }));
