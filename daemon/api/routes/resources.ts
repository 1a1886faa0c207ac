/** One resource under `/api`: a command of the table behind a path and method. */
export interface Resource {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Parts that begin with `:` are fields of the command. */
  readonly path: string;
  readonly command: string;
  /** Fields that the path stands for, as text. */
  readonly fixed?: readonly (readonly [string, string])[];
}

/** The gateway's own resources: commands by another name, with the same words and rights. */
export const resources: readonly Resource[] = [
  { method: "GET", path: "/api/stick", command: "get_stick" },
  { method: "GET", path: "/api/network", command: "get_network" },
  { method: "GET", path: "/api/clock", command: "get_clock" },
  { method: "GET", path: "/api/log-level", command: "get_log_level" },
  { method: "PUT", path: "/api/log-level", command: "set_log_level" },
  { method: "GET", path: "/api/journal", command: "read_journal" },
  { method: "GET", path: "/api/support-bundle", command: "support_bundle" },
  { method: "POST", path: "/api/pairing", command: "permit_join" },
  {
    method: "DELETE",
    path: "/api/pairing",
    command: "permit_join",
    fixed: [["seconds", "0"]],
  },
  { method: "GET", path: "/api/homes", command: "list_homes" },
  { method: "GET", path: "/api/orders", command: "list_orders" },
  { method: "GET", path: "/api/callbacks", command: "callback_list" },
  { method: "POST", path: "/api/callbacks", command: "callback_add" },
  { method: "DELETE", path: "/api/callbacks/:callback_id", command: "callback_remove" },
  { method: "GET", path: "/api/locks", command: "list_locks" },
  { method: "GET", path: "/api/locks/:uuid", command: "show_lock" },
  { method: "PUT", path: "/api/locks/:uuid", command: "rename_lock" },
  { method: "DELETE", path: "/api/locks/:uuid", command: "remove_lock" },
  { method: "GET", path: "/api/locks/:uuid/slots", command: "list_slots" },
  { method: "GET", path: "/api/locks/:uuid/passwords", command: "fetch_passwords" },
  { method: "POST", path: "/api/locks/:uuid/passwords", command: "add_password" },
  { method: "PUT", path: "/api/locks/:uuid/passwords/:password_id", command: "update_password" },
  { method: "DELETE", path: "/api/locks/:uuid/passwords/:password_id", command: "delete_password" },
  {
    method: "POST",
    path: "/api/locks/:uuid/passwords/:password_id/freeze",
    command: "frozen_password",
  },
  {
    method: "POST",
    path: "/api/locks/:uuid/passwords/:password_id/unfreeze",
    command: "unfrozen_password",
  },
  { method: "GET", path: "/api/locks/:uuid/events", command: "get_lock_events" },
  { method: "GET", path: "/api/locks/:uuid/radio", command: "read_radio_log" },
  { method: "POST", path: "/api/locks/:uuid/lock", command: "remote_lock" },
  { method: "POST", path: "/api/locks/:uuid/unlock", command: "remote_unlock" },
  { method: "POST", path: "/api/locks/:uuid/scan", command: "scan_lock" },
  { method: "GET", path: "/api/locks/:uuid/unmanaged", command: "list_unmanaged" },
  { method: "POST", path: "/api/locks/:uuid/unmanaged/:user_id", command: "adopt_code" },
  { method: "DELETE", path: "/api/locks/:uuid/unmanaged/:user_id", command: "delete_unmanaged" },
];
