import type { OverviewTexts } from "../../texts/en/overview.ts";
import { lazyTexts } from "../../texts/lazy-texts.ts";

export const overview = lazyTexts<OverviewTexts>({
  en: () => import("../../texts/en/overview.ts"),
  "zh-CN": () => import("../../texts/zh-cn/overview.ts"),
});
