import type { GatewayTexts } from "../../texts/en/gateway.ts";
import { lazyTexts } from "../../texts/lazy-texts.ts";

export const gateway = lazyTexts<GatewayTexts>({
  en: () => import("../../texts/en/gateway.ts"),
  "zh-CN": () => import("../../texts/zh-cn/gateway.ts"),
});
