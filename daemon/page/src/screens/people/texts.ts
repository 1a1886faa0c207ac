import type { HouseholdTexts } from "../../texts/en/household.ts";
import { lazyTexts } from "../../texts/lazy-texts.ts";

export const household = lazyTexts<HouseholdTexts>({
  en: () => import("../../texts/en/household.ts"),
  "zh-CN": () => import("../../texts/zh-cn/household.ts"),
});
await household.load();
