import { computed } from "@preact/signals";
import type { LockAreaTexts } from "../../texts/en/lock-area.ts";
import { lazyTexts } from "../../texts/lazy-texts.ts";
import { texts as ofEverybody } from "../../texts/text.ts";

const area = lazyTexts<LockAreaTexts>({
  en: () => import("../../texts/en/lock-area.ts"),
  "zh-CN": () => import("../../texts/zh-cn/lock-area.ts"),
});
await area.load();

/** The texts of everybody with those of the screens of locks. */
export const texts = computed(() => ({ ...ofEverybody.value, ...area.texts.value }));
