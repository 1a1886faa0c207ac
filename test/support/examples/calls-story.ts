import { sendRaw } from "../radio/zcl-request.ts";
import type { Answer } from "../rest/rest-client.ts";
import type { ExampleHouse } from "./example-house.ts";

/** One call, as it was made and answered: over MQTT, and as REST answers it. */
export interface CallExample {
  readonly params: object;
  readonly mqtt: Answer["body"];
  readonly rest: Answer["body"];
}

type Params = Readonly<Record<string, unknown>>;
export type Answers = ReadonlyMap<string, CallExample>;
/** A command and its parameters; a function sees what was answered before. */
type Call = readonly [name: string, params: Params | ((answers: Answers) => Params)];

const seconds = () => Math.floor(Date.now() / 1000);
const daySeconds = 86_400;

/** Calls that need what the house of the other calls does not have, made there only to be refused. */
const keyCalls = ["keys_show", "keys_rotate"];

/** Returns a field of what REST answered to an earlier call. */
function answered(answers: Answers, call: string, field: string): unknown {
  return Reflect.get(answers.get(call)?.rest ?? {}, field);
}

function firstField(answers: Answers, call: string, list: string, field: string): unknown {
  const items = answered(answers, call, list);
  return Array.isArray(items) ? items[0]?.[field] : undefined;
}

/** Homes, rooms and appointments. */
const homeCalls: readonly Call[] = [
  ["add_home", { home_id: "home-7", home_name: "Linden 7", location: "Lindenstraße 7, Berlin" }],
  [
    "add_room",
    { home_id: "home-7", room_id: "flat-2", room_name: "Flat 2", room_description: "second floor" },
  ],
  ["bind_center", { home_id: "home-7" }],
];

const homeReads: readonly Call[] = [
  ["update_home", { home_id: "home-7", sp_state: 2 }],
  [
    "update_room",
    { home_id: "home-7", room_id: "flat-2", room_name: "Flat 2", room_description: "left" },
  ],
  ["list_homes", {}],
  ["find_home_state", { home_id: "home-7" }],
  ["find_home_states", { home_id: ["home-7"] }],
  ["find_home_device", { home_id: "home-7" }],
  ["find_home_devices", { home_id: ["home-7"] }],
  ["get_center_info", { home_id: "home-7" }],
  [
    "order_add",
    { home_id: "home-7", date: 20261205, time: 101, name: "Kim", phone: "13800000000" },
  ],
  ["order_update", { home_id: "home-7", note: "ring twice" }],
  ["find_orders", { home_id: ["home-7"] }],
  ["list_orders", {}],
  ["order_confirm", { home_id: "home-7" }],
];

/** One lock: its codes, its slots and its bolt. */
const lockCalls = (uuid: string): readonly Call[] => [
  ["list_locks", {}],
  ["show_lock", { uuid }],
  ["get_lock_info", { uuid }],
  ["rename_lock", { uuid, name: "Front door" }],
  [
    "add_password",
    { uuid, password: "417263", name: "guest", permission_end: seconds() + daySeconds },
  ],
  ["update_password", { uuid, password_id: 1, permission: { end: seconds() + 2 * daySeconds } }],
  ["fetch_passwords", { uuid }],
  ["list_passwords", { uuid }],
  ["frozen_password", { uuid, password_id: 1 }],
  ["unfrozen_password", { uuid, password_id: 1 }],
  ["get_dynamic_password_plaintext", { uuid }],
  ["get_default_password_plaintext", { uuid }],
  ["list_slots", { uuid }],
  ["scan_lock", { uuid, from: 0, count: 10 }],
  ["list_unmanaged", { uuid }],
  ["adopt_code", { uuid, user_id: 8, name: "neighbour" }],
  ["delete_unmanaged", { uuid, user_id: 9 }],
  ["lock_windows", { uuid, from: seconds(), to: seconds() + 7 * daySeconds }],
  ["list_alarms", { uuid }],
  ["remote_unlock", { uuid }],
  ["remote_lock", { uuid }],
  ["get_lock_events", { uuid, count: 10 }],
  ["count_lock_events", { uuid }],
  ["count_lock_envents", { uuid }],
  ["read_radio_log", { uuid, count: 5 }],
  ["release_grants", { uuid }],
  ["delete_password", { uuid, password_id: 1 }],
  [
    "apply_snapshot",
    (answers) => ({
      uuid,
      passwords: [
        { password_id: 999, revision: revisionOf(answers, 999) },
        { password_id: 7, revision: 1, password: "628104", name: "guest" },
      ],
    }),
  ],
];

function revisionOf(answers: Answers, id: number): unknown {
  const passwords = answered(answers, "fetch_passwords", "passwords");
  return Array.isArray(passwords) ? passwords.find((one) => one.id === id)?.revision : undefined;
}

/** The gateway itself. */
const gatewayCalls: readonly Call[] = [
  ["doctor", {}],
  ["get_stick", {}],
  ["get_network", {}],
  ["get_clock", {}],
  ["set_clock", { time: seconds() }],
  ["get_cloud", {}],
  ["read_journal", { event: "lockPaired", count: 3 }],
  ["search_device_op_log", { home_id: "home-7", count: 3 }],
  ["count_device_op_log", { home_id: "home-7" }],
  ["get_log_level", {}],
  ["set_log_level", { level: "info" }],
  ["support_bundle", {}],
  ["make_backup", { passphrase: "correct horse battery" }],
];

const passphrase = "correct horse battery";

/** Clients, people and callbacks. */
const accessCalls: readonly Call[] = [
  ["client_add", { client_id: "front-desk", scope: "steward" }],
  ["client_list", {}],
  ["client_remove", { client_id: "front-desk" }],
  ["member_put", { user_id: "u-17", name: "Kim", account: "kim@example.com" }],
  ["member_remove", { user_id: "u-17" }],
  ["keys_show", {}],
  ["keys_rotate", {}],
  ["callback_add", { url: "http://127.0.0.1:8080/events" }],
  ["callback_list", {}],
  [
    "callback_remove",
    (answers) => ({ callback_id: answered(answers, "callback_add", "callback_id") }),
  ],
  ["account_add", { name: "Ann", scope: "installer", passphrase }],
  ["account_list", {}],
  ["account_update", { name: "Ann", scope: "technician" }],
  ["passphrase_set", { current: passphrase, passphrase: "battery horse correct" }],
  ["session_list", {}],
  ["session_end", { session_id: "s-1" }],
  ["pass_add", { life_s: 3_600, name: "visitor" }],
  ["pass_list", {}],
  [
    "pass_remove",
    (answers) => ({ pass_id: firstField(answers, "pass_list", "passes", "pass_id") }),
  ],
  ["page_link", { life_s: 3_600, name: "visitor" }],
  ["account_remove", { name: "Ann" }],
];

/** One code of a person on two locks. */
const grantCalls = (uuid: string, other: string): readonly Call[] => {
  const grant = (answers: Answers) => ({ grant_id: answered(answers, "grant_create", "grant_id") });
  return [
    ["grant_create", { person: "Kim", locks: [uuid], permission_end: seconds() + 7 * daySeconds }],
    ["grant_add", (answers) => ({ ...grant(answers), locks: [other] })],
    ["grant_show", grant],
    ["grant_list", { person: "Kim" }],
    [
      "grant_update",
      (answers) => ({ ...grant(answers), permission_end: seconds() + 14 * daySeconds }),
    ],
    ["grant_freeze", grant],
    ["grant_unfreeze", grant],
    ["grant_remove", (answers) => ({ ...grant(answers), locks: [other] })],
    ["grant_revoke", grant],
  ];
};

/** What ends with the lock, the room and the home. */
const farewellCalls = (uuid: string): readonly Call[] => [
  ["unbind_lock", { uuid }],
  ["remove_lock", { uuid }],
  ["adopt_lock", { uuid: "0xa4c1380000000009" }],
  ["del_room", { home_id: "home-7", room_id: "flat-2" }],
  ["unbind_center", { home_id: "home-7" }],
  ["del_home", { home_id: "home-7" }],
  ["find_service", (answers) => ({ serviceid: answered(answers, "del_home", "serviceid") })],
];

/** Makes every call once: over MQTT, and over the socket what the cloud may not call. */
export async function everyCall(example: ExampleHouse): Promise<Answers> {
  const answers = new Map<string, CallExample>();
  const make = async (calls: readonly Call[]) => {
    for (const [name, given] of calls) {
      const params = typeof given === "function" ? given(answers) : given;
      answers.set(name, await exchange(example, name, params));
    }
  };
  await make([["permit_join", { seconds: 120 }]]);
  const { lock, uuid } = await example.pair();
  await make(homeCalls);
  await make([
    ["bind_lock", { uuid, home_id: "home-7", room_id: "flat-2" }],
    ["move_lock", { uuid, home_id: "home-7" }],
  ]);
  await make(homeReads);
  await example.confirmed("add_password", { uuid, password: "908172", is_default: 1 });
  // Another device on the network sets two codes: Set PIN Code for the slots 8 and 9.
  for (const userId of [8, 9]) {
    const digits = Buffer.from(`62810${userId}`).toString("hex");
    sendRaw(lock, 0x0101, `01 7${userId} 05 0${userId} 00 01 00 06 ${digits}`);
  }
  await make(lockCalls(uuid));
  await make(gatewayCalls);
  await make(accessCalls);
  const second = await example.pair();
  const administrator = { password: "908172", is_default: 1 };
  await example.confirmed("add_password", { uuid: second.uuid, ...administrator });
  await make(grantCalls(uuid, second.uuid));
  await example.must("remove_lock", { uuid: second.uuid, confirm: true });
  await make(farewellCalls(uuid));
  return answers;
}

/** Makes the calls of the end-to-end protection where it is configured. */
export async function callsOfKeys(
  example: ExampleHouse,
  answers: Answers,
): Promise<ReadonlyMap<string, CallExample>> {
  const made = new Map(answers);
  for (const name of keyCalls) {
    const known = answers.get(name);
    if (known !== undefined) made.set(name, { ...known, rest: await example.local(name) });
  }
  return made;
}

/** One call over MQTT, and over the socket if the cloud may not make it. */
async function exchange(example: ExampleHouse, name: string, params: Params): Promise<CallExample> {
  const mqtt = await example.command(name, params);
  const { id: _id, command: _command, seq: _seq, epoch: _epoch, ...reply } = mqtt;
  const rest = mqtt.ErrNo === 0 ? withoutPrefix(reply) : await example.local(name, params);
  return { params, mqtt, rest };
}

/** The envelope of MQTT has fields of its own; a field of the result with such a name has a prefix there. */
function withoutPrefix({ ErrNo, ErrMsg, ...result }: Answer["body"]): Answer["body"] {
  const fields = Object.entries(result).map(([name, value]) => [
    name.replace(/^result_/, ""),
    value,
  ]);
  return { ErrNo, ErrMsg, ...Object.fromEntries(fields) };
}
