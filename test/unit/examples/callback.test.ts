import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { Poster } from "../../../daemon/callbacks/poster.ts";
import { signatureOf } from "../../../daemon/callbacks/signature.ts";
import { projectRoot } from "../../support/project-root.ts";

const example = join(projectRoot(), "examples/callback.mjs");
const event = '{"event":"lockerOpenAlarm","nickname":"Haustür"}';

describe("examples/callback.mjs", () => {
  it("accepts what the gateway has signed, and refuses another key and an old message", async () => {
    const signingKey = randomBytes(32).toString("base64url");
    const child = spawn(process.execPath, [example, "0"], {
      env: { ...process.env, LATCHD_SIGNING_KEY: signingKey },
    });
    try {
      const printed: string[] = [];
      createInterface({ input: child.stdout }).on("line", (line) => printed.push(line));
      const [started] = await once(child.stderr, "data");
      const port = /"port":(\d+)/.exec(String(started))?.[1];
      const post = async (key: string, nowMs: number) => {
        const registered = { createdAtMs: 0, epoch: "e", afterSeq: 0 };
        const record = { ...registered, callbackId: "cb-1", url: "", signingKey: key };
        const signature = signatureOf(record, () => nowMs);
        const poster = new Poster(`http://127.0.0.1:${port}/`, { signature });
        const { kind } = await poster.post(event, new AbortController().signal);
        poster.close();
        return kind;
      };
      assert.equal(await post(signingKey, Date.now()), "accepted");
      assert.notEqual(await post("another key", Date.now()), "accepted");
      assert.notEqual(await post(signingKey, Date.now() - 301_000), "accepted");
      assert.deepEqual(printed, [event]);
    } finally {
      child.kill();
    }
  });
});
