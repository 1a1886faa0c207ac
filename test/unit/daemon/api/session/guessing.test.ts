import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { PageGateway, passphrase, stateOf } from "../../../../support/rest/page-gateway.ts";

const path = "/api/session";

let gateway: PageGateway;
beforeEach(async () => {
  gateway = await PageGateway.open();
});
afterEach(async () => {
  await gateway.close();
});

const commits = async () => (await gateway.store.statistics()).commits;

/** Sends these bodies one after the other. @returns how often each HTTP status came */
async function statuses(bodies: readonly object[], from?: string): Promise<Map<number, number>> {
  const stranger = gateway.browser(from);
  const counts = new Map<number, number>();
  for (const body of bodies) {
    const { status } = await stranger.post(path, body);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

const sixty = Array.from({ length: 60 }, (_, index) => index);
const wrongPasses = sixty.map((index) => ({ pass: `no-such-pass-${index}` }));
const wrongCodes = sixty.map((index) => ({ setup: `guess-${index}`, name: "Eve", passphrase }));
const wrongPhrases = (name: string, count = 5) =>
  sixty.slice(0, count).map((index) => ({ name, passphrase: `wrong ${index}` }));

describe("a stranger who guesses", () => {
  for (const [what, bodies] of [
    ["passes", wrongPasses],
    ["codes for the first account", wrongCodes],
  ] as const) {
    it(`${what} must wait after five of them, and writes nothing meanwhile`, async () => {
      const before = await commits();
      const counts = await statuses(bodies);
      assert.deepEqual([counts.get(401), counts.get(429)], [5, 55]);
      // Five waits, and one line about all refusals.
      const written = (await commits()) - before;
      assert.ok(written <= 6, String(written));
    });
  }

  it("passes must still wait after a restart", async () => {
    await statuses(wrongPasses.slice(0, 5));
    await gateway.restart();
    assert.deepEqual([...(await statuses(wrongPasses.slice(0, 2))).keys()], [429]);
    await gateway.addAccount("Ann");
    await gateway.signedIn("Ann");
  });

  it("passes does not delay the right passphrase, pass or code from the same address", async () => {
    await statuses(wrongPasses);
    await statuses(wrongCodes);
    const code = await gateway.addSetUpCode(gateway.clock.nowMs + 60_000);
    const first = await gateway
      .browser()
      .post(path, { setup: code, name: "Ann", passphrase: "another four words" });
    assert.equal(first.body["state"], "signedIn", first.body.ErrMsg);
    await gateway.addAccount("Bob");
    const secret = await gateway.addPass("p1");
    assert.equal((await gateway.browser().post(path, { pass: secret })).body.ErrNo, 0);
    const bob = await gateway.browser().post(path, { name: "Bob", passphrase });
    assert.equal(bob.body.ErrNo, 0, bob.body.ErrMsg);
  });

  it("many passphrases at once has five of them checked", async () => {
    await gateway.addAccount("Ann");
    const stranger = gateway.browser();
    const answers = await Promise.all(
      wrongPhrases("Ann", 8).map((body) => stranger.post(path, body)),
    );
    const checked = answers.filter(({ status }) => status === 401);
    assert.equal(checked.length, 5);
    assert.ok(answers.every(({ status }) => status === 401 || status === 429));
  });

  it("Ann's passphrase does not keep Ann waiting at another address", async () => {
    await gateway.addAccount("Ann");
    const counts = await statuses(wrongPhrases("Ann", 12), "127.0.0.66");
    assert.deepEqual([counts.get(401), counts.get(429)], [5, 7]);
    const ann = await gateway.browser("127.0.0.1").post(path, { name: "Ann", passphrase });
    assert.equal(ann.body.ErrNo, 0, ann.body.ErrMsg);
  });

  it("one name after the other from one address must wait as well", async () => {
    const names = sixty.slice(0, 12).map((index) => ({ name: `name ${index}`, passphrase }));
    const counts = await statuses(names, "127.0.0.66");
    assert.deepEqual([counts.get(401), counts.get(429)], [5, 7]);
  });

  it("has at most twenty passphrases checked a minute from all addresses together", async () => {
    await gateway.addAccount("Ann");
    let checked = 0;
    for (const index of sixty.slice(0, 30)) {
      const counts = await statuses(wrongPhrases("Ann", 1), `127.0.1.${index + 1}`);
      checked += counts.get(401) ?? 0;
    }
    assert.equal(checked, 20);
    gateway.clock.nowMs += 60_000;
    const ann = await gateway.browser().post(path, { name: "Ann", passphrase });
    assert.equal(ann.body.ErrNo, 0, ann.body.ErrMsg);
  });
});

describe("somebody at a browser that its person has left", () => {
  const set = "/openapi/v1/passphrase_set";
  const wrong = (index: number) => ({
    current: `guess ${index}`,
    passphrase: "another four words",
  });

  it("is signed out by the fourth wrong passphrase", async () => {
    const ann = await gateway.signedIn("Ann", "technician");
    for (const index of [1, 2, 3])
      assert.equal((await ann.post(set, wrong(index))).body.ErrNo, 14001);
    assert.equal(await stateOf(ann), "signedIn");
    assert.equal((await ann.post(set, wrong(4))).body.ErrNo, 14001);
    assert.equal(await stateOf(ann), "signedOut");
    const line = gateway.running.logLines.find((text) => text.includes("wrong passphrases"));
    assert.match(line ?? "", /"account":"ann".*signed out a browser after wrong passphrases/);
    const right = { current: passphrase, passphrase: "another four words" };
    assert.equal((await ann.post(set, right)).body.ErrNo, 101);
    await gateway.signedIn("Ann");
  });

  it("has four guesses also when they are sent at once", async () => {
    const ann = await gateway.signedIn("Ann", "technician");
    const answers = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((at) => ann.post(set, wrong(at))));
    const errors = answers.map(({ body }) => body.ErrNo).sort();
    assert.deepEqual(errors, [101, 101, 101, 14001, 14001, 14001, 14001]);
  });
});
