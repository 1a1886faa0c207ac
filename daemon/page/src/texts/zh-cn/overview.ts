import type { Texts } from "../en/texts.ts";

export const overview: Texts["overview"] = {
  allWell: "一切正常",
  look: (count: number) => `有 ${count} 项需要处理`,
  parts: {
    store: "存储",
    stick: "适配器",
    network: "网络",
    clock: "时钟",
    cloud: "云端",
    api: "接口",
    slots: "密码位",
    daemon: "网关",
    callback: "合作方",
    lock: "门锁",
  },
  lists: "门锁情况",
  waiting: "个密码下发中",
  failed: "个密码失败",
  overdue: "个密码逾期未删除",
  lowBattery: "把锁电量低",
  silent: "把锁无响应",
  nothing: "没有等待处理的内容。",
};
