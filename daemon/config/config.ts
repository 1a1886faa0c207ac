import { join } from "node:path";
import { localTimeZone } from "../clock/zone-files.ts";
import type { MailConfig } from "../messages/mail-address.ts";
import { type BrokerConfig, brokerOf } from "./broker-config.ts";
import { checkAcrossKeys } from "./cross-checks.ts";
import { applyEnvironment, checkDocument, type Fault, parseYaml } from "./document.ts";
import { type HomeAssistantConfig, homeAssistantOf } from "./home-assistant-config.ts";
import { isReadable, readConfigFile } from "./readable-file.ts";
import { type ConfigDocument, configSchema } from "./schema.ts";
import { matchesSchema } from "./schema-check.ts";

/** Where certificate and key of the API come from. */
export type TlsSource =
  | { readonly kind: "files"; readonly certFile: string; readonly keyFile: string }
  /** Made once and kept in `directory`, for the host names `names`. */
  | { readonly kind: "generated"; readonly directory: string; readonly names: readonly string[] };

/** The cloud's broker, and how to connect to it. */
export interface CloudConfig extends BrokerConfig {
  readonly prefix: string;
  readonly keepaliveS: number;
  readonly willDelayS: number;
  readonly reconnect: {
    readonly minMs: number;
    readonly maxMs: number;
    readonly firstMaxMs: number;
  };
}

/** The whole configuration, checked and frozen. */
export interface Config {
  readonly gateway: {
    /** Undefined = the gateway makes an id and keeps it. */
    readonly id: string | undefined;
    readonly name: string | undefined;
    readonly homeId: string | undefined;
  };
  readonly dataDir: string;
  /** The master key that seals codes; the gateway makes it at the first start. */
  readonly keyFile: string;
  /** Outside `dataDir`; records how far the store has come, so that an older copy is recognised. */
  readonly witnessFile: string | undefined;
  readonly stick: { readonly path: string; readonly baudRate: number; readonly rtscts: boolean };
  readonly zigbee: { readonly channel: number };
  /** Undefined: a gateway without a cloud. */
  readonly cloud: CloudConfig | undefined;
  /** Undefined: Home Assistant is not served. */
  readonly homeAssistant: HomeAssistantConfig | undefined;
  readonly sync: {
    readonly acknowledge: "broker" | "cloud";
    /** A key that the cloud has too, for digests that the cloud can compute itself. */
    readonly digestKeyFile: string | undefined;
    readonly protection: {
      readonly commands: "off" | "signed" | "sealed";
      readonly codes: "off" | "sealed";
      readonly cloudKeysFile: string | undefined;
    };
  };
  readonly api: {
    readonly socket: string | false;
    readonly host: string;
    readonly port: number | false;
    readonly allowedHosts: readonly string[];
    /** Origin under which a proxy with TLS of its own serves the API; undefined = there is none. */
    readonly publicUrl: string | undefined;
    /** The page for people is served. */
    readonly page: boolean;
    /** HTTP status of the published calls: always 200, or that of their ErrNo. */
    readonly v16Status: "always_200" | "http";
    readonly tls: TlsSource | null;
  };
  readonly callbacks: {
    /** Where events, codes among them, may go. */
    readonly rules: { readonly isHttpAllowed: boolean; readonly isPrivateAllowed: boolean };
    /** Authorities to trust for https instead of the system's. */
    readonly caFile: string | undefined;
  };
  readonly messages: {
    /** Where messages to people are posted to; undefined = the cloud carries them. */
    readonly webhookUrl: string | undefined;
    /** The mail server that takes those for mail addresses; undefined = none. */
    readonly mail: MailConfig | undefined;
    /** Authorities to trust for https and mail instead of the system's. */
    readonly caFile: string | undefined;
  };
  readonly passwords: {
    /** Refuses new codes that are easy to guess (000000, 123456). */
    readonly refuseTrivial: boolean;
  };
  readonly actions: { readonly workingDay: "sunday_lowest" | "sunday_highest" };
  readonly clock: { readonly trust: "auto" | "system" | "ntp"; readonly timeZone: string };
  readonly log: {
    readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal";
    readonly format: "auto" | "json" | "pretty";
  };
  readonly locks: {
    readonly deadlineMs: number;
    /** What happens to codes that were made, changed or deleted at the keypad. */
    readonly keypadEdits: "keep" | "revert" | "ask";
    /** Limit of audit reads per lock and day; auto = as many as the lock's slots need. */
    readonly auditsPerDay: number | "auto";
  };
}

/** All faults of the configuration. The main program prints them and exits with 78 (EX_CONFIG). */
export class ConfigFault extends Error {
  override readonly name = "ConfigFault";
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.key}: ${fault.problem}`).join("\n"));
    this.faults = faults;
  }
}

export interface ConfigSource {
  /** The YAML file; undefined = environment and defaults only. */
  readonly file: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads and checks the configuration and changes nothing. The environment takes precedence over the file.
 * @throws ConfigFault with every fault found, each naming its key.
 */
export function loadConfig(source: ConfigSource): Config {
  const faults: Fault[] = [];
  const written =
    source.file === undefined ? {} : parseYaml(readConfigFile(source.file, faults), faults);
  if (faults.length > 0) {
    // All keys of a file that cannot be read would be reported as missing.
    throw new ConfigFault(faults);
  }
  const given = applyEnvironment(configSchema, written, { env: source.env, faults });
  const document = checkDocument(configSchema, given, { path: "", faults });
  checkAcrossKeys(document, faults);
  if (faults.length > 0 || !matchesSchema(configSchema, document)) {
    throw new ConfigFault(faults);
  }
  return freeze(shapeConfig(document, source.env));
}

function shapeConfig(document: ConfigDocument, env: ConfigSource["env"]): Config {
  const dataDir = document.data_dir;
  const { CREDENTIALS_DIRECTORY: credentials, RUNTIME_DIRECTORY: runtime } = env;
  const { cloud } = document;
  return {
    gateway: {
      id: document.gateway.id,
      name: document.gateway.name,
      homeId: document.gateway.home_id,
    },
    dataDir,
    keyFile: document.key_file ?? defaultKeyFile(dataDir, credentials),
    witnessFile: document.witness_file,
    stick: {
      path: document.stick.path,
      baudRate: document.stick.baud_rate,
      rtscts: document.stick.rtscts,
    },
    zigbee: document.zigbee,
    cloud:
      cloud === undefined
        ? undefined
        : {
            ...brokerOf(cloud, cloud.url),
            prefix: cloud.prefix,
            keepaliveS: cloud.keepalive_s,
            willDelayS: cloud.will_delay_s,
            reconnect: {
              minMs: cloud.reconnect.min_ms,
              maxMs: cloud.reconnect.max_ms,
              firstMaxMs: cloud.reconnect.first_max_ms,
            },
          },
    homeAssistant: homeAssistantOf(document.home_assistant),
    sync: {
      acknowledge: document.sync.acknowledge,
      digestKeyFile: document.sync.digest_key_file,
      protection: {
        commands: document.sync.protection.commands,
        codes: document.sync.protection.codes,
        cloudKeysFile: document.sync.protection.cloud_keys_file,
      },
    },
    api: {
      socket: document.api.socket ?? join(runtime || dataDir, "latchd.sock"),
      host: document.api.host,
      port: document.api.port,
      allowedHosts: document.api.allowed_hosts,
      publicUrl: document.api.public_url,
      page: document.api.page,
      v16Status: document.api.v16_status,
      tls: tlsSource(document.api, dataDir),
    },
    callbacks: {
      rules: {
        isHttpAllowed: document.callbacks.allow_http,
        isPrivateAllowed: document.callbacks.allow_private,
      },
      caFile: document.callbacks.ca_file,
    },
    messages: {
      webhookUrl: document.messages.webhook_url,
      mail: mailOf(document.messages.smtp),
      caFile: document.messages.ca_file,
    },
    passwords: { refuseTrivial: document.passwords.refuse_trivial },
    actions: { workingDay: document.actions.working_day },
    clock: {
      trust: document.clock.trust,
      timeZone: document.clock.time_zone ?? localTimeZone(env),
    },
    log: document.log,
    locks: {
      deadlineMs: document.locks.deadline_ms,
      keypadEdits: document.locks.keypad_edits,
      auditsPerDay: document.locks.audits_per_day,
    },
  };
}

function tlsSource(api: ConfigDocument["api"], dataDir: string): TlsSource | null {
  const { cert_file: certFile, key_file: keyFile } = api;
  if (api.tls === "off") return null;
  if (api.tls === "files" && certFile !== undefined && keyFile !== undefined) {
    return { kind: "files", certFile, keyFile };
  }
  const isEverywhere = api.host === "0.0.0.0" || api.host === "::";
  const names = [...(isEverywhere ? [] : [api.host]), ...api.allowed_hosts];
  return { kind: "generated", directory: join(dataDir, "tls"), names };
}

function mailOf(smtp: ConfigDocument["messages"]["smtp"]): MailConfig | undefined {
  if (smtp === undefined) return undefined;
  const { url, from, username, password_file: passwordFile, sms_domain: smsDomain } = smtp;
  return { url, from, username, passwordFile, smsDomain };
}

/** Returns the path of a systemd credential if there is one: systemd keeps it in memory only. */
function defaultKeyFile(dataDir: string, credentials: string | undefined): string {
  if (credentials !== undefined && credentials !== "") {
    const credential = join(credentials, "latchd.key");
    if (isReadable(credential)) {
      return credential;
    }
  }
  return join(dataDir, "keys", "master.key");
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
