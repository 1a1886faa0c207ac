/**
 * The calls of the open platform API V1.6 as the published document has them: names, methods, who may
 * call, and each field's kind. Kept by hand, apart from the daemon's own table, so that each checks the
 * other.
 */

export type Kind =
  | "id"
  | "ids"
  | "uuid"
  | "center"
  | "text32"
  | "text128"
  | "text256"
  | "text512"
  | "person"
  | "phone"
  | "seconds"
  | "edge"
  | "orderTime"
  | "flag"
  | "state"
  | "passwordId"
  | "code"
  | "opId"
  | "offset"
  | "count"
  | "permission"
  | "weekly"
  | "boolean";

export type Scope = "manager" | "steward" | "installer" | "technician";

export interface PublishedCall {
  readonly name: string;
  readonly methods: readonly ("GET" | "POST")[];
  readonly scopes: readonly Scope[];
  readonly fields: Readonly<Record<string, Kind>>;
  readonly required: readonly string[];
  /** latchd's own fields of the call. */
  readonly extra?: Readonly<Record<string, Kind>>;
  /** Fields of its success beside ErrNo and ErrMsg. */
  readonly out: readonly string[];
  /** Needs one of uuid and room_id. */
  readonly needsLock?: true;
}

const lockAddress = { uuid: "uuid", room_id: "id", home_id: "id" } as const;
const manager = ["manager"] as const;
const verb = {
  methods: ["POST"],
  scopes: manager,
  fields: { ...lockAddress, password_id: "passwordId" },
  required: ["password_id"],
  out: [],
  needsLock: true,
} as const;
const ofDevice = ["mac", "sn", "bind_time", "onoff_line", "onoff_time", "uuid", "name"] as const;
const edges = {
  permission_begin: "edge",
  permisson_begin: "edge",
  permission_end: "edge",
} as const;
const history = {
  methods: ["GET"],
  scopes: ["manager", "steward"],
  required: [],
} as const;
const span = { start_time: "seconds", end_time: "seconds" } as const;
const page = { offset: "offset", count: "count" } as const;
const ofOneHome = { scopes: manager, fields: { home_id: "id" }, required: ["home_id"] } as const;
const ofHomes = { scopes: manager, fields: { home_id: "ids" }, required: ["home_id"] } as const;
const ofLock = {
  methods: ["GET"],
  scopes: manager,
  fields: lockAddress,
  required: [],
  needsLock: true,
} as const;
const roomFields = {
  home_id: "id",
  room_id: "id",
  room_name: "text128",
  room_description: "text512",
} as const;
const homeWords = { home_name: "text128", location: "text256", description: "text512" } as const;
const visitWords = {
  date: "seconds",
  time: "orderTime",
  name: "person",
  phone: "phone",
  note: "text512",
} as const;
const logFilter = {
  home_id: "id",
  room_id: "id",
  uuid: "center",
  operator: "text128",
  op_id: "opId",
  ...span,
} as const;

export const publishedCalls: readonly PublishedCall[] = [
  {
    name: "add_home",
    methods: ["POST"],
    scopes: manager,
    fields: { home_id: "id", ...homeWords },
    required: ["home_id"],
    out: [],
  },
  {
    name: "update_home",
    methods: ["POST"],
    scopes: manager,
    fields: { home_id: "id", sp_state: "state", ...homeWords },
    required: ["home_id"],
    out: [],
  },
  {
    name: "del_home",
    methods: ["POST"],
    ...ofOneHome,
    extra: { confirm: "boolean" },
    out: ["serviceid"],
  },
  { name: "find_home_state", methods: ["GET", "POST"], ...ofOneHome, out: ["result"] },
  { name: "find_home_states", methods: ["POST"], ...ofHomes, out: ["result"] },
  { name: "find_home_device", methods: ["GET", "POST"], ...ofOneHome, out: ["result"] },
  { name: "find_home_devices", methods: ["POST"], ...ofHomes, out: [] },
  {
    name: "add_room",
    methods: ["POST"],
    scopes: manager,
    fields: roomFields,
    required: ["home_id", "room_id", "room_name", "room_description"],
    out: ["room_id"],
  },
  {
    name: "update_room",
    methods: ["POST"],
    scopes: manager,
    fields: roomFields,
    required: ["home_id", "room_id", "room_name", "room_description"],
    out: [],
  },
  {
    name: "del_room",
    methods: ["POST"],
    scopes: manager,
    fields: { home_id: "id", room_id: "id" },
    required: ["room_id"],
    extra: { confirm: "boolean" },
    out: [],
  },
  {
    name: "get_center_info",
    methods: ["GET"],
    scopes: manager,
    fields: { home_id: "id", uuid: "center" },
    required: [],
    out: [...ofDevice, "model", "brand", "versions"],
  },
  {
    name: "get_lock_info",
    ...ofLock,
    out: [...ofDevice, "power", "power_refreshtime", "model", "brand", "versions"],
  },
  { name: "fetch_passwords", ...ofLock, out: ["passwords"] },
  { name: "get_default_password_plaintext", ...ofLock, out: ["password"] },
  {
    name: "get_dynamic_password_plaintext",
    ...ofLock,
    out: ["password", "invalid_time", "password_id"],
  },
  {
    name: "add_password",
    methods: ["POST"],
    scopes: manager,
    fields: {
      ...lockAddress,
      phonenumber: "text32",
      is_default: "flag",
      password: "code",
      name: "text128",
      description: "text512",
      ...edges,
    },
    required: ["password"],
    extra: { permission: "permission", weekly: "weekly", one_time: "flag", duress: "flag" },
    out: ["id", "password_id"],
    needsLock: true,
  },
  {
    name: "update_password",
    methods: ["POST"],
    scopes: manager,
    fields: {
      ...lockAddress,
      password_id: "passwordId",
      password: "code",
      phonenumber: "text32",
      name: "text128",
      description: "text512",
      permission: "permission",
    },
    required: ["password_id"],
    extra: { ...edges, weekly: "weekly", one_time: "flag", duress: "flag" },
    out: [],
    needsLock: true,
  },
  { name: "delete_password", ...verb },
  { name: "frozen_password", ...verb },
  { name: "unfrozen_password", ...verb },
  {
    name: "get_lock_events",
    ...history,
    fields: { ...lockAddress, ...page, ...span },
    out: ["lock_events"],
  },
  { name: "count_lock_events", ...history, fields: { ...lockAddress, ...span }, out: ["count"] },
  { name: "count_lock_envents", ...history, fields: { ...lockAddress, ...span }, out: ["count"] },
  {
    name: "search_device_op_log",
    methods: ["GET"],
    scopes: manager,
    fields: { ...logFilter, ...page },
    required: [],
    out: ["op_list"],
  },
  {
    name: "count_device_op_log",
    methods: ["GET"],
    scopes: manager,
    fields: logFilter,
    required: [],
    out: ["count"],
  },
  {
    name: "order_add",
    methods: ["POST"],
    scopes: ["manager", "steward"],
    fields: { home_id: "id", ...visitWords },
    required: ["home_id", "date", "time", "name", "phone"],
    out: [],
  },
  {
    name: "order_update",
    methods: ["POST"],
    scopes: ["manager", "steward", "installer"],
    fields: { home_id: "id", ...visitWords },
    required: ["home_id"],
    out: [],
  },
  {
    name: "find_orders",
    methods: ["POST"],
    scopes: ["manager", "steward", "installer"],
    fields: { home_id: "ids" },
    required: ["home_id"],
    out: ["result"],
  },
];
