import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";

type Action = "subscribe" | "publish";
type Judge = (user: string, action: Action, topic: string) => boolean;

const template = (name: string) => readFileSync(join(projectRoot(), "docs/broker", name), "utf8");

/** MQTT 5.0 §4.7: "+" stands for one level, "#" for the rest. A filter is judged as a topic, as brokers do. */
function covers(pattern: string, topic: string): boolean {
  const levels = pattern.split("/");
  const asked = topic.split("/");
  if (levels.at(-1) === "#")
    return covers(levels.slice(0, -1).join("/"), asked.slice(0, levels.length - 1).join("/"));
  return (
    levels.length === asked.length &&
    levels.every((level, index) => (level === "+" ? asked[index] !== "#" : level === asked[index]))
  );
}

/** EMQX's file source: rules in order, the first that matches decides; without a match it is set to deny. */
function emqx(): Judge {
  const rules = [...template("emqx-acl.conf").matchAll(/^\{(allow|deny), (.*)\}\.$/gm)].map(
    ([, verdict = "", rest = ""]) => {
      const [, user] = /^\{user, "([^"]+)"\}/.exec(rest) ?? [];
      const [, action] = /(subscribe|publish)/.exec(rest) ?? [];
      const patterns = [...(/\[(.*)\]/.exec(rest)?.[1] ?? "").matchAll(/"([^"]+)"/g)].map(
        ([, pattern = ""]) => pattern,
      );
      return { isAllowed: verdict === "allow", user, action, patterns };
    },
  );
  return (user, action, topic) => {
    const rule = rules.find(
      (one) =>
        (one.user ?? user) === user &&
        (one.action ?? action) === action &&
        (one.action === undefined ||
          one.patterns.some((pattern) =>
            covers(pattern.replaceAll(/\$\{username\}/g, user), topic),
          )),
    );
    return rule?.isAllowed === true;
  };
}

/** Mosquitto's acl_file: what no line allows is denied; pattern lines hold for everybody. */
function mosquitto(): Judge {
  const words = { read: "subscribe", write: "publish" } as const;
  const rules: { user: string | null; action: Action; pattern: string }[] = [];
  let user: string | null = null;
  for (const line of template("mosquitto.acl").split("\n")) {
    const [kind, second = "", third = ""] = line.split(" ");
    if (kind === "user") user = second;
    if (kind !== "pattern" && kind !== "topic") continue;
    assert.ok(second === "read" || second === "write", line);
    rules.push({ user: kind === "topic" ? user : null, action: words[second], pattern: third });
  }
  return (asking, action, topic) =>
    rules.some(
      (rule) =>
        (rule.user ?? asking) === asking &&
        rule.action === action &&
        covers(rule.pattern.replaceAll("%u", asking), topic),
    );
}

const users = ["gw-1", "gw-2", "cloud", "guest"];
const topics = ["gw-1", "gw-2", "+"].flatMap((gateway) =>
  ["down/command", "down/sync", "up/event", "up/reply", "up/state", "down/+", "up/+"].map(
    (rest) => `latch/1/${gateway}/${rest}`,
  ),
);

describe("the access lists for brokers", () => {
  for (const [name, judge] of [
    ["mosquitto.acl", mosquitto()],
    ["emqx-acl.conf", emqx()],
  ] as const) {
    it(`let a gateway hear and say only what is its own, by ${name}`, () => {
      assert.ok(judge("gw-1", "subscribe", "latch/1/gw-1/down/command"));
      assert.ok(judge("gw-1", "subscribe", "latch/1/gw-1/up/state"));
      assert.ok(judge("gw-1", "publish", "latch/1/gw-1/up/event"));
      assert.ok(!judge("gw-1", "publish", "latch/1/gw-1/down/command"));
      assert.ok(!judge("gw-1", "publish", "latch/1/gw-2/up/event"));
      assert.ok(!judge("gw-1", "subscribe", "latch/1/gw-2/down/command"));
      assert.ok(!judge("gw-1", "subscribe", "latch/1/+/up/+"));
    });

    it(`let the cloud command all gateways and hear them, and nobody else, by ${name}`, () => {
      assert.ok(judge("cloud", "publish", "latch/1/gw-2/down/command"));
      assert.ok(judge("cloud", "subscribe", "latch/1/+/up/+"));
      for (const topic of topics) {
        assert.ok(!judge("guest", "publish", topic), topic);
        assert.ok(!judge("guest", "subscribe", topic), topic);
      }
    });
  }

  it("give the same rights for both brokers", () => {
    const [one, other] = [mosquitto(), emqx()];
    for (const user of users) {
      for (const action of ["subscribe", "publish"] as const) {
        for (const topic of topics) {
          assert.equal(
            one(user, action, topic),
            other(user, action, topic),
            `${user} ${action} ${topic}`,
          );
        }
      }
    }
  });
});
