import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { JsonObject } from "../../../daemon/base/json.ts";
import { firstVisit, linkHere } from "../../support/page/first-visit.ts";
import { ForeignSite } from "../../support/page/foreign-site.ts";
import {
  callScript,
  formScript,
  frameScript,
  readScript,
  sendings,
} from "../../support/page/hostile-scripts.ts";
import { PageHouse, uuidOf } from "../../support/page/page-house.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

const host = "gateway.test";
/** What an attacker would have as the cookie of a session. */
const planted = `__Host-latchd=${"A".repeat(43)}`;

describe("a page of another origin, in the browser of a manager who is signed in", {
  timeout: 300_000,
}, () => {
  let house: PageHouse;
  let browser: Browser;
  let ann: Visitor;
  let uuid: string;
  /** One on another site, and one on another port of the gateway's host: the browser sends that one the cookies. */
  const sites = new Map<string, ForeignSite>();
  before(async () => {
    [house, browser] = await Promise.all([
      PageHouse.start({ host }),
      startBrowser({ knownHost: "*.test" }),
    ]);
    uuid = uuidOf(await house.pair({ profile: "LATCH-ZCL-1" }, "front door"));
    await house.command("add_password", { uuid, is_default: 1, password: "908172" });
    sites.set("another site", await ForeignSite.start("https", "evil.test"));
    sites.set("another port of the gateway", await ForeignSite.start("https", host));
    ann = await firstVisit(browser, house);
  });
  after(async () => {
    for (const site of sites.values()) await site.close();
    await browser.close();
    await house.close();
  });

  /** What an attack would change. */
  async function digest(): Promise<JsonObject> {
    const { locks } = await house.command("list_locks", {});
    const { passwords } = await house.command("list_passwords", { uuid });
    const { accounts } = await house.command("account_list", {});
    const { sessions } = await house.command("session_list", {});
    const counts = [locks, passwords, accounts, sessions].map((list) =>
      Array.isArray(list) ? list.length : -1,
    );
    const { name } = await house.command("show_lock", { uuid });
    return { name: name ?? "", counts };
  }

  async function attacker(site: string): Promise<Page> {
    const page = await ann.context.newPage();
    await page.goto(sites.get(site)?.origin ?? "");
    return page;
  }

  const calls: readonly (readonly [string, () => JsonObject])[] = [
    ["/openapi/v1/rename_lock", () => ({ uuid, name: "stolen" })],
    ["/openapi/v1/add_password", () => ({ uuid, password: "271828", name: "thief" })],
    [
      "/openapi/v1/account_add",
      () => ({ name: "Eve", scope: "manager", passphrase: "x".repeat(20) }),
    ],
    ["/api/session", () => ({ all: true })],
  ];

  for (const site of ["another site", "another port of the gateway"]) {
    it(`changes nothing by a script or a form on ${site}`, async () => {
      const before = await digest();
      const page = await attacker(site);
      const statuses: number[] = [];
      page.on("response", (answer) => {
        const isAsked = answer.request().method() === "OPTIONS";
        // Nothing changes by it, and no page of another origin reads it.
        const isState =
          answer.request().method() === "GET" && /\/api\/session\?/.test(answer.url());
        if (!isAsked && !isState) statuses.push(answer.status());
      });
      for (const [path, fields] of calls) {
        const body = JSON.stringify(fields());
        for (const sending of sendings) {
          await page.evaluate(callScript(`${house.origin}${path}`, body, sending));
        }
      }
      for (const [path, fields] of calls) {
        const form = await attacker(site);
        await Promise.all([
          form.waitForURL(`${house.origin}/**`),
          form.evaluate(formScript(`${house.origin}${path}`, JSON.stringify(fields()))),
        ]);
        assert.match(await form.locator("body").innerText(), /15014|415/);
        await form.close();
      }
      assert.ok(statuses.length >= 3 * calls.length, "the gateway got what needs no permission");
      assert.deepEqual(
        statuses.filter((status) => ![401, 403, 404, 405, 415].includes(status)),
        [],
      );
      assert.deepEqual(await digest(), before);
      await page.close();
    });

    it(`reads nothing from ${site}`, async () => {
      const page = await attacker(site);
      for (const path of [
        "/api/session",
        "/api/events",
        "/api/locks",
        "/openapi/v1/list_locks",
        "/openapi.json",
      ]) {
        assert.equal(await page.evaluate(readScript(`${house.origin}${path}`)), "", path);
      }
      await page.close();
    });

    it(`cannot frame the page, nor hold its window, from ${site}`, async () => {
      const page = await attacker(site);
      await page.evaluate(frameScript(`${house.origin}/`));
      await page.waitForTimeout(0);
      await page.waitForLoadState("networkidle");
      for (const frame of page.frames().slice(1)) {
        assert.equal(await frame.locator("#page").count(), 0, frame.url());
      }
      const [opened] = await Promise.all([
        page.waitForEvent("popup"),
        page.evaluate(`window.gateway = open(${JSON.stringify(house.origin)}, "gateway"); 0`),
      ]);
      await opened.getByRole("heading", { name: "Overview" }).waitFor();
      assert.equal(await opened.evaluate("window.opener === null"), true);
      assert.equal(await page.evaluate("window.gateway.closed"), true);
      await opened.close();
      await page.close();
    });
  }

  it("leads to no other site by an address of the gateway, and breaks no screen", async () => {
    for (const address of [
      "/#//evil.test/",
      "/#https://evil.test/",
      "/#/https:%2f%2fevil.test",
      "/#/\\evil.test",
      "/#javascript:document.title='run'",
      "/#/locks/javascript:document.title='run'",
      "/#/locks/%E0%A4%A",
      "/?next=https://evil.test/&redirect=//evil.test#/locks",
    ]) {
      await ann.page.goto("about:blank");
      await ann.page.goto(`${house.origin}${address}`);
      await ann.page.locator("main#content").waitFor();
      await ann.page.waitForLoadState("networkidle");
      assert.notEqual((await ann.page.locator("main#content").innerText()).trim(), "", address);
      assert.equal(new URL(ann.page.url()).origin, house.origin, address);
      assert.notEqual(await ann.page.title(), "run", address);
    }
    for (const path of ["//evil.test", "/\\evil.test", "/%2f%2fevil.test", "/https://evil.test"]) {
      await ann.page.goto(`${house.origin}${path}`);
      assert.equal(new URL(ann.page.url()).origin, house.origin, path);
    }
    assert.deepEqual(ann.faults, []);
  });

  it("cannot sign a person in as somebody else by a link with a pass", async () => {
    const { url } = await house.latchctl("page", "--pass", "1h");
    const bob = await Visitor.enter(browser, house);
    await bob.open("/");
    await bob.signIn("Ann");
    const { page } = bob;
    await page.goto("about:blank");
    await page.goto(linkHere(house, url));
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    assert.doesNotMatch(page.url(), /pass=/);
    await bob.go("/me");
    await page.getByText("manager").first().waitFor();
    await page.getByRole("button", { name: "Sign out here" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    const { passes } = await house.command("pass_list", {});
    assert.ok(Array.isArray(passes));
    assert.equal(passes.at(-1)?.used_at, 0);
    assert.deepEqual(bob.faults, []);
    await bob.leave();
  });

  it("cannot plant the cookie of the session that a person signs in to", async () => {
    const planter = await ForeignSite.start("https", host, `${planted}; Path=/; Secure; HttpOnly`);
    const bob = await Visitor.enter(browser, house);
    await bob.page.goto(planter.origin);
    assert.deepEqual(await latchdCookies(bob), [planted]);
    await bob.open("/");
    await bob.page.getByRole("button", { name: "Sign in" }).waitFor();
    await bob.signIn("Ann");
    const [cookie, ...others] = await latchdCookies(bob);
    assert.notEqual(cookie, planted);
    assert.deepEqual(others, []);
    const eve = await Visitor.enter(browser, house);
    await eve.page.goto(planter.origin);
    await eve.open("/locks");
    await eve.page.getByRole("button", { name: "Sign in" }).waitFor();
    await eve.leave();
    await bob.leave();
    await planter.close();
  });

  it("gets no cookie over plain HTTP, and no script reads it", async () => {
    const eavesdropper = await ForeignSite.start("http", host);
    const page = await ann.context.newPage();
    await page.goto(eavesdropper.origin);
    assert.deepEqual([...new Set(eavesdropper.cookies)], [""]);
    await page.close();
    await eavesdropper.close();
    const own = await attacker("another port of the gateway");
    assert.match(sites.get("another port of the gateway")?.cookies.at(-1) ?? "", /__Host-latchd=/);
    assert.equal(await own.evaluate("document.cookie"), "");
    await own.close();
    await ann.open("/");
    assert.equal(await ann.page.evaluate("document.cookie"), "");
    const plain = await ann.context.newPage();
    await assert.rejects(plain.goto(house.origin.replace("https", "http")));
    await plain.close();
  });
});

async function latchdCookies(visitor: Visitor): Promise<readonly string[]> {
  return (await visitor.cookies()).map(({ name, value }) => `${name}=${value}`);
}
