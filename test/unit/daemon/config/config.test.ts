import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { cloudWarnings } from "../../../../daemon/config/cloud-warnings.ts";
import { type Config, ConfigFault, loadConfig } from "../../../../daemon/config/config.ts";

const folder = mkdtempSync(join(tmpdir(), "latchd-config-"));
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

function load(yaml: string, env: Record<string, string> = {}): Config {
  return loadConfig({ file: aFile(yaml), env });
}

function faultsOf(yaml: string, env: Record<string, string> = {}): Record<string, string> {
  try {
    load(yaml, env);
  } catch (error) {
    assert.ok(error instanceof ConfigFault);
    return Object.fromEntries(error.faults.map((fault) => [fault.key, fault.problem]));
  }
  return {};
}

const stick = "stick: { path: /dev/ttyACM0 }\n";

describe("loadConfig", () => {
  it("requires a stick and nothing else", () => {
    const config = load(stick);
    assert.equal(config.stick.path, "/dev/ttyACM0");
    assert.equal(config.stick.baudRate, 115_200);
    assert.equal(config.zigbee.channel, 15);
    assert.equal(config.cloud, undefined);
    assert.equal(config.gateway.id, undefined);
    assert.deepEqual(config.api, {
      socket: "/var/lib/latchd/latchd.sock",
      host: "127.0.0.1",
      port: 8480,
      allowedHosts: [],
      publicUrl: undefined,
      page: true,
      v16Status: "always_200",
      tls: null,
    });
    assert.equal(config.keyFile, "/var/lib/latchd/keys/master.key");
    assert.equal(config.sync.acknowledge, "broker");
    assert.equal(config.locks.deadlineMs, 10_000);
    assert.equal(config.clock.timeZone, Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it("fills in the cloud's defaults down to the reconnect waits", () => {
    const { cloud } = load(`${stick}cloud: { url: "mqtts://broker.example:8883" }`);
    assert.equal(cloud?.protocol, "5");
    assert.equal(cloud.prefix, "latch/1");
    assert.deepEqual(cloud.reconnect, { minMs: 1000, maxMs: 300_000, firstMaxMs: 60_000 });
  });

  it("reports all faults at once, each with its key", () => {
    const faults = faultsOf("stick: { baud_rate: fast }\nzigbee: { channel: 9 }\ncolour: blue\n");
    assert.deepEqual(Object.keys(faults).sort(), [
      "colour",
      "stick.baud_rate",
      "stick.path",
      "zigbee.channel",
    ]);
    assert.equal(faults["zigbee.channel"], "must be a whole number from 11 to 26");
    assert.equal(faults["stick.path"], "is missing");
    assert.equal(new Map(Object.entries(faults)).get("colour"), "is not a key of latchd");
  });

  it("reports faults between keys together with faults of single keys", () => {
    const faults = faultsOf(
      `${stick}zigbee: { channel: 9 }\napi: { host: 0.0.0.0 }\nclock: { time_zone: Mars/Base }\n`,
    );
    assert.deepEqual(Object.keys(faults).sort(), ["api.host", "clock.time_zone", "zigbee.channel"]);
  });

  it("names an unknown key inside a section of a section", () => {
    const faults = faultsOf(`${stick}cloud: { url: "mqtts://b", reconnect: { min: 5 } }`);
    assert.deepEqual(faults, { "cloud.reconnect.min": "is not a key of latchd" });
  });

  it("names the line of a YAML fault, and no keys that it could not read", () => {
    const faults = faultsOf("stick:\n  path: [unclosed\nzigbee: {}\n");
    const [key] = Object.keys(faults);
    assert.match(key ?? "", /^line \d+$/);
    assert.equal(faults["stick.path"], undefined);
  });

  it("refuses a key that is given twice", () => {
    assert.match(Object.values(faultsOf(`${stick}${stick}`)).join(), /unique/);
  });

  it("names each key of the mail server that is wrong", () => {
    const mail = (keys: string) => faultsOf(`${stick}messages: { smtp: { ${keys} } }`);
    assert.deepEqual(Object.keys(mail("from: a@b.example")), ["messages.smtp.url"]);
    const whole = "url: 'smtps://mail.example', from: a@b.example";
    assert.deepEqual(mail(whole), {});
    assert.deepEqual(Object.keys(mail(`${whole}, username: doors`)), [
      "messages.smtp.password_file",
    ]);
    assert.deepEqual(Object.keys(mail("url: 'http://mail.example', from: nobody")).sort(), [
      "messages.smtp.from",
      "messages.smtp.url",
    ]);
  });

  it("names a file that does not exist", () => {
    const file = join(folder, "nowhere.yaml");
    assert.throws(
      () => loadConfig({ file, env: {} }),
      (error) => error instanceof ConfigFault && error.faults[0]?.key === file,
    );
  });

  it("prefers the environment to the file", () => {
    const config = load(`${stick}api: { port: 9000 }`, {
      LATCHD_STICK_PATH: "tcp://127.0.0.1:6638",
      LATCHD_API_PORT: "0",
      LATCHD_STICK_RTSCTS: "true",
      LATCHD_API_ALLOWED_HOSTS: "gw.local, gate",
      LATCHD_CLOUD_URL: "wss://cloud.example/mqtt",
      LATCHD_CLOUD_PROTOCOL: "3.1.1",
      LATCHD_API_SOCKET: "false",
    });
    assert.equal(config.stick.path, "tcp://127.0.0.1:6638");
    assert.equal(config.stick.rtscts, true);
    assert.deepEqual(config.api, {
      socket: false,
      host: "127.0.0.1",
      port: 0,
      allowedHosts: ["gw.local", "gate"],
      publicUrl: undefined,
      page: true,
      v16Status: "always_200",
      tls: null,
    });
    assert.deepEqual(config.cloud?.urls, ["wss://cloud.example/mqtt"]);
    assert.equal(config.cloud.protocol, "3.1.1");
  });

  it("works without a file, from the environment alone", () => {
    const config = loadConfig({ file: undefined, env: { LATCHD_STICK_PATH: "/dev/ttyUSB0" } });
    assert.equal(config.stick.path, "/dev/ttyUSB0");
  });

  it("refuses a variable that it does not know, but not those of other programs", () => {
    assert.deepEqual(faultsOf(stick, { LATCHD_STICK_PAHT: "x", HOME: "/", LATCHD_SOCKET: "/s" }), {
      LATCHD_STICK_PAHT: "is not a variable of latchd",
    });
  });

  it("takes the MQTT version as YAML's number or text", () => {
    const protocol = (text: string) =>
      load(`${stick}cloud: { url: "mqtts://b", protocol: ${text} }`).cloud?.protocol;
    assert.equal(protocol("5"), "5");
    assert.equal(protocol('"5"'), "5");
    assert.equal(protocol("3.1"), "3.1.1");
    assert.equal(protocol("3.1.1"), "3.1.1");
    assert.ok("cloud.protocol" in faultsOf(`${stick}cloud: { url: "mqtts://b", protocol: 4 }`));
  });

  it("refuses a user or a password inside the broker's URL", () => {
    assert.ok("cloud.url" in faultsOf(`${stick}cloud: { url: "mqtt://me:secret@broker" }`));
  });

  it("refuses a broker on another machine without TLS unless allow_plain is true", () => {
    const fault = (url: string, more = "") =>
      "cloud.url" in faultsOf(`${stick}cloud: { url: ${url}${more} }`);
    for (const url of [
      "mqtt://broker",
      "ws://broker/mqtt",
      "mqtt://192.168.1.9",
      "mqtt://[fe80::1]",
    ]) {
      assert.equal(fault(`"${url}"`), true, url);
      assert.equal(fault(`"${url}"`, ", allow_plain: true"), false, url);
    }
    assert.equal(fault('["mqtts://a", "mqtt://b"]'), true);
    for (const url of [
      "mqtt://127.0.0.1",
      "mqtt://localhost:1883",
      "mqtt://[::1]",
      "mqtts://b",
      "wss://b",
    ]) {
      assert.equal(fault(`"${url}"`), false, url);
    }
  });

  it("warns of what a second client of the broker could do", () => {
    const warnings = (more: string) => cloudWarnings(load(`${stick}${more}`));
    assert.deepEqual(warnings(""), []);
    const open = warnings('cloud: { url: "mqtts://b" }');
    assert.deepEqual(open.length, 2);
    assert.match(open.join(), /not signed.*readable/);
    const keys = `protection: { commands: signed, codes: sealed, cloud_keys_file: ${aFile("keys")} }`;
    assert.deepEqual(warnings(`cloud: { url: "mqtts://b" }\nsync: { ${keys} }`), []);
    const plain = `cloud: { url: "mqtt://b", allow_plain: true }\nsync: { ${keys} }`;
    assert.deepEqual(warnings(plain), ["the line to the broker is not encrypted"]);
  });

  it("does not serve the API to the network without TLS", () => {
    assert.ok("api.host" in faultsOf(`${stick}api: { host: 0.0.0.0 }`));
    assert.deepEqual(faultsOf(`${stick}api: { host: 0.0.0.0, port: false }`), {});
    assert.deepEqual(faultsOf(`${stick}api: { host: "::1" }`), {});
  });

  it("requires certificate and key together, and a TLS connection for both", () => {
    const certificate = aFile("certificate");
    const faults = faultsOf(
      `${stick}cloud: { url: "mqtt://broker", cert_file: ${certificate}, password_file: /nowhere }`,
    );
    assert.deepEqual(Object.keys(faults).sort(), [
      "cloud.key_file",
      "cloud.password_file",
      "cloud.url",
      "cloud.username",
    ]);
  });

  it("refuses a time zone that does not exist", () => {
    assert.ok("clock.time_zone" in faultsOf(`${stick}clock: { time_zone: Europe/Atlantis }`));
    assert.equal(
      load(`${stick}clock: { time_zone: Europe/Berlin }`).clock.timeZone,
      "Europe/Berlin",
    );
  });

  it("puts the socket into the service manager's runtime directory unless a path is given", () => {
    const env = { RUNTIME_DIRECTORY: "/run/latchd" };
    assert.equal(load(stick, env).api.socket, "/run/latchd/latchd.sock");
    assert.equal(load(`${stick}api: { socket: /tmp/own.sock }`, env).api.socket, "/tmp/own.sock");
    assert.equal(load(`${stick}data_dir: /tmp/here`).api.socket, "/tmp/here/latchd.sock");
  });

  it("uses the master key of systemd's credentials if there is one", () => {
    const credentials = mkdtempSync(join(folder, "credentials-"));
    const env = { CREDENTIALS_DIRECTORY: credentials };
    assert.equal(load(stick, env).keyFile, "/var/lib/latchd/keys/master.key");
    writeFileSync(join(credentials, "latchd.key"), "k");
    chmodSync(join(credentials, "latchd.key"), 0o400);
    assert.equal(load(stick, env).keyFile, join(credentials, "latchd.key"));
  });

  it("returns a frozen configuration", () => {
    const config = load(`${stick}cloud: { url: "mqtts://b" }`);
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.cloud?.reconnect));
  });

  it("refuses aliases of YAML", () => {
    const bomb = "a: &a [x, x]\nb: &b [*a, *a]\nstick: *b\n";
    assert.notDeepEqual(faultsOf(bomb), {});
  });

  it("answers any text with a configuration or with faults", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        try {
          load(text);
        } catch (error) {
          assert.ok(error instanceof ConfigFault, String(error));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("accepts the example that is shipped", () => {
    const example = new URL("../../../systemd/latchd.yaml", import.meta.url);
    const here = new URL("../../../../../systemd/latchd.yaml", import.meta.url);
    const text = [here, example].flatMap((url) => {
      try {
        return [readFileSync(url, "utf8")];
      } catch {
        return [];
      }
    })[0];
    assert.ok(text !== undefined);
    const { api } = load(text);
    assert.equal(api.socket, "/run/latchd/latchd.sock");
  });
});
