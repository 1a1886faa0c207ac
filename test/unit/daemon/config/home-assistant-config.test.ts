import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { type Config, ConfigFault, loadConfig } from "../../../../daemon/config/config.ts";

const folder = mkdtempSync(join(tmpdir(), "latchd-home-config-"));
after(() => {
  rmSync(folder, { recursive: true });
});

let count = 0;
function aFile(text: string): string {
  count += 1;
  const file = join(folder, `file-${count}`);
  writeFileSync(file, text);
  return file;
}

function load(yaml: string): Config {
  return loadConfig({ file: aFile(yaml), env: {} });
}

function faultsOf(yaml: string): Record<string, string> {
  try {
    load(yaml);
  } catch (error) {
    assert.ok(error instanceof ConfigFault);
    return Object.fromEntries(error.faults.map(({ key, problem }) => [key, problem]));
  }
  return {};
}

const stick = "stick: { path: /dev/ttyACM0 }\n";

describe("the section home_assistant", () => {
  it("is off if it is absent, and allows as little as possible if it is there", () => {
    assert.equal(load(stick).homeAssistant, undefined);
    const given = load(`${stick}home_assistant: { url: "mqtts://ha.local" }`).homeAssistant;
    assert.deepEqual(given, {
      isEnabled: true,
      broker: {
        urls: ["mqtts://ha.local"],
        isPlainAllowed: false,
        protocol: "5",
        username: undefined,
        passwordFile: undefined,
        caFile: undefined,
        certFile: undefined,
        keyFile: undefined,
      },
      discoveryPrefix: "homeassistant",
      baseTopic: "zigbee2mqtt",
      codes: "off",
      hasNames: false,
      isRemoteAllowed: false,
    });
  });

  it("means the cloud's broker if it names none", () => {
    const cloud = 'cloud: { url: "mqtts://b" }\n';
    assert.equal(load(`${stick}${cloud}home_assistant: {}`).homeAssistant?.broker, undefined);
    assert.deepEqual(Object.keys(faultsOf(`${stick}home_assistant: {}`)), ["home_assistant.url"]);
    assert.deepEqual(
      Object.keys(faultsOf(`${stick}${cloud}home_assistant: { username: latchd }`)),
      ["home_assistant.username"],
    );
  });

  it("is refused with each key that is wrong", () => {
    const keys = (text: string) =>
      Object.keys(faultsOf(`${stick}home_assistant: { ${text} }`)).sort();
    assert.deepEqual(keys("url: mqtt://ha.local"), ["home_assistant.url"]);
    assert.deepEqual(keys("url: mqtt://127.0.0.1"), []);
    assert.deepEqual(keys("url: mqtt://ha.local, allow_plain: true"), []);
    assert.deepEqual(keys("url: mqtts://b, cert_file: /nowhere"), [
      "home_assistant.cert_file",
      "home_assistant.key_file",
    ]);
    const password = aFile("secret");
    assert.deepEqual(keys(`url: mqtts://b, password_file: ${password}`), [
      "home_assistant.username",
    ]);
    assert.deepEqual(keys("url: mqtts://b, base_topic: 'a/#', codes: all"), [
      "home_assistant.base_topic",
      "home_assistant.codes",
    ]);
  });
});
