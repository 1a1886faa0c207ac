import type { AccountTexts } from "../../texts/en/account.ts";
import { lazyTexts } from "../../texts/lazy-texts.ts";

export const account = lazyTexts<AccountTexts>({
  en: () => import("../../texts/en/account.ts"),
  "zh-CN": () => import("../../texts/zh-cn/account.ts"),
});
