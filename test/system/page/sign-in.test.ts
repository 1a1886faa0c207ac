import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Browser } from "playwright-core";
import { PageHouse } from "../../support/page/page-house.ts";
import { passphrase, setUp } from "../../support/page/people.ts";
import { startBrowser, Visitor } from "../../support/page/visitor.ts";

describe("the page of a new gateway", { timeout: 300_000 }, () => {
  let house: PageHouse;
  let browser: Browser;
  before(async () => {
    [house, browser] = await Promise.all([PageHouse.start(), startBrowser()]);
  });
  after(async () => {
    await browser.close();
    await house.close();
  });

  it("makes the first account with the link of latchctl page, once", async () => {
    const { kind, url } = await house.latchctl("page");
    assert.equal(kind, "setup");
    const ann = await Visitor.enter(browser, house);
    await ann.open(String(url));
    await setUp(ann.page, "Ann");
    await ann.page.getByRole("heading", { name: "Overview" }).waitFor();
    assert.doesNotMatch(ann.page.url(), /setup=/);
    assert.deepEqual(ann.faults, []);
    await ann.leave();
    assert.equal((await house.latchctl("page"))["kind"], "address");
  });

  it("shows a stranger a form to sign in and nothing of the house", async () => {
    const stranger = await Visitor.enter(browser, house);
    await stranger.open("/locks");
    await stranger.page.getByRole("button", { name: "Sign in" }).waitFor();
    const text = await stranger.page.locator("body").innerText();
    assert.doesNotMatch(text, /Test house|home-1|page-gateway/);
    assert.deepEqual(stranger.faults, []);
    await stranger.leave();
  });

  it("lets an installer in with a pass, once", async () => {
    const { url } = await house.latchctl("page", "--pass", "4h");
    const ivo = await Visitor.enter(browser, house);
    await ivo.open(String(url));
    await ivo.page.getByRole("heading", { name: "Overview" }).waitFor();
    assert.doesNotMatch(ivo.page.url(), /pass=/);
    const late = await Visitor.enter(browser, house);
    await late.open(String(url));
    await late.page.getByRole("alert").waitFor();
    assert.deepEqual([ivo.faults, late.faults], [[], []]);
    await ivo.leave();
    await late.leave();
  });

  it("keeps what was typed when the session has ended, and continues after a sign-in", async () => {
    const ann = await Visitor.enter(browser, house);
    await ann.open("/");
    await ann.signIn("Ann");
    await ann.go("/pair");
    await ann.page.getByLabel("Install code, QR text or address").fill("0x00124b0012345678");
    const { sessions } = await house.command("session_list", {});
    assert.ok(Array.isArray(sessions));
    for (const session of sessions)
      await house.command("session_end", { session_id: session.session_id });
    await ann.page.getByText("Your session has ended").waitFor();
    await ann.page.getByRole("dialog").getByLabel("Name").fill("Ann");
    await ann.page.getByRole("dialog").getByLabel("Passphrase").fill(passphrase);
    await ann.page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
    await ann.page.getByRole("dialog").waitFor({ state: "hidden" });
    const kept = await ann.page.getByLabel("Install code, QR text or address").inputValue();
    assert.equal(kept, "0x00124b0012345678");
    assert.deepEqual(ann.faults, []);
    await ann.leave();
  });

  it("says that the gateway is away, keeps what was typed, and continues by itself", async () => {
    const ann = await Visitor.enter(browser, house);
    await ann.open("/");
    await ann.signIn("Ann");
    await ann.go("/pair");
    await ann.page.getByLabel("Install code, QR text or address").fill("0x00124b0012345678");
    await house.daemon.kill();
    await ann.page.getByText("The gateway does not answer").waitFor();
    await house.daemon.start();
    await ann.page.getByText("The gateway does not answer").waitFor({ state: "hidden" });
    const kept = await ann.page.getByLabel("Install code, QR text or address").inputValue();
    assert.equal(kept, "0x00124b0012345678");
    await ann.leave();
  });
});
