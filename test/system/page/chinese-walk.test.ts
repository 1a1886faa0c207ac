import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { passphrase } from "../../support/page/people.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";
import { latinTexts } from "../../support/page/words-on-screen.ts";

const administrator = "908172";

/** Every name is Chinese here, so that each Latin word on the screen is a text of the page. */
describe("the page in Chinese, from the first account to the sign-out", {
  timeout: 300_000,
}, () => {
  let house: PageHouse;
  let browser: Browser;
  let lock: VirtualLock;
  let an: Visitor;
  let code = "";
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
    an = await Visitor.enter(browser, house, { language: "zh-CN" });
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  async function isAllChinese(): Promise<void> {
    assert.deepEqual(await latinTexts(an.page), []);
  }

  it("makes the first account", async () => {
    const { page } = an;
    await an.open(String((await house.latchctl("page"))["url"]));
    await page.getByLabel("您的姓名").fill("安");
    await page.getByLabel("密码短语").fill(passphrase);
    await isAllChinese();
    await page.getByRole("button", { name: "创建账号" }).click();
    await page.getByRole("heading", { name: "概览" }).waitFor();
    await an.shown();
    await isAllChinese();
  });

  it("pairs a lock, sets its code, and sees it open", async () => {
    const { page } = an;
    await an.go("/pair");
    await an.shown();
    await isAllChinese();
    await page.getByRole("button", { name: "这把锁没有码" }).click();
    await page.getByText("请让门锁进入配对模式").waitFor();
    await isAllChinese();
    lock = house.house.addLock({ profile: "LATCH-ZCL-1" });
    await page.getByLabel("门锁名称").fill("前门");
    await isAllChinese();
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByLabel("密码（", { exact: false }).fill(administrator);
    await page.getByLabel("再输入一次").fill(administrator);
    await isAllChinese();
    await page.getByRole("button", { name: "设置此密码" }).click();
    await page.getByText("请现在在键盘上输入密码").first().waitFor();
    await isAllChinese();
    assert.equal(lock.keypad(administrator), "opened");
    await page.getByText("已开门，门锁工作正常。").waitFor();
    await isAllChinese();
    await page.getByRole("button", { name: "完成" }).click();
    await page.getByRole("heading", { name: "交接单" }).waitFor();
    await isAllChinese();
  });

  it("gives a guest a code, and lists the opening", async () => {
    const { page } = an;
    await an.go(`/locks/${uuidOf(lock)}/codes/new`);
    await page.getByLabel("使用人").fill("访客");
    code = await page.getByLabel("密码", { exact: true }).inputValue();
    await page.getByLabel("每周").check();
    await isAllChinese();
    await page.getByLabel("永久").check();
    await page.getByRole("button", { name: "下发此密码" }).click();
    await page.getByText("已写入门锁并确认").first().waitFor();
    await isAllChinese();
    assert.equal(lock.keypad(code), "opened");
    await an.go(`/locks/${uuidOf(lock)}/history`);
    await page.getByText("访客").first().waitFor();
    await isAllChinese();
  });

  it("revokes every code of a lock that is away, until it is heard again", async () => {
    const { page } = an;
    await an.go(`/locks/${uuidOf(lock)}/codes`);
    await an.shown();
    await isAllChinese();
    lock.goOutOfRange();
    await page.getByRole("button", { name: "立即全部撤销" }).click();
    await isAllChinese();
    await page.getByRole("dialog").getByRole("button", { name: "立即全部撤销" }).click();
    await page.getByText("正在删除，门锁收到前仍可开门").waitFor();
    await isAllChinese();
    lock.comeBack();
    lock.turnKnob("lock");
    await page.getByText("访客").first().waitFor({ state: "hidden" });
    assert.equal(lock.keypad(code), "refused");
  });

  it("signs out", async () => {
    const { page } = an;
    await an.go("/me");
    await an.shown();
    await isAllChinese();
    await page.getByRole("button", { name: "在此设备退出" }).click();
    await page.getByRole("button", { name: "登录" }).waitFor();
    await isAllChinese();
    assert.deepEqual(an.faults, []);
  });
});
