import type { Texts } from "../en/texts.ts";

export const people: Texts["people"] = {
  language: "语言",
  languageNames: { en: "English", "zh-CN": "简体中文" },
  signIn: "登录",
  name: "名称",
  passphrase: "密码短语",
  yourName: "您的姓名",
  howToGetIn: "没有账号？请向管理员索取通行码，或在网关上运行“latchctl page”。",
  passGoes: "正在使用通行码登录……",
  passUsed: "通行码仅在短时间内可登录一次，请重新索取。",
  setUpTitle: "设置此网关",
  makeFirstAccount: "创建账号",
  setUpIntro: "此网关尚无账号。请创建第一个账号，它可以管理一切。",
  setUpCode: "一次性代码",
  setUpCodeHint: "在网关上运行“sudo latchctl page”获取",
  passphraseHint: (min) => `至少 ${min} 个字符；多个词语更容易记住`,
};
