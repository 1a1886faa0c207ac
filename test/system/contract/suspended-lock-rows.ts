import { aLockId } from "../../support/records.ts";
import { plain, type Row } from "./rows.ts";

/** Cases that need a store no running gateway produces. faults.test.ts runs each one on its own. */
export const suspendedLockRows: readonly Row[] = [
  {
    call: "del_home",
    about: "with as many deletions under way as can be followed",
    error: "busy",
    params: plain({ home_id: "h1" }),
  },
  ...["remote_lock", "remote_unlock"].map(
    (call): Row => ({
      call,
      about: "of a lock that refuses",
      error: "refusedByLock",
      field: "uuid",
      params: plain({ uuid: aLockId }),
    }),
  ),
  {
    call: "del_home",
    about: "from afar, with a lock of many passwords in it",
    error: "confirmationNeeded",
    field: "confirm",
    isOfCloud: true,
    params: plain({ home_id: "h2" }),
  },
  {
    call: "del_room",
    about: "from afar, with a lock of many passwords in it",
    error: "confirmationNeeded",
    field: "confirm",
    isOfCloud: true,
    params: plain({ room_id: "r2" }),
  },
  {
    call: "remove_lock",
    about: "of many passwords from afar",
    error: "confirmationNeeded",
    field: "confirm",
    isOfCloud: true,
    params: plain({ uuid: aLockId }),
  },
  { call: "find_service", about: "tells how far it has got", params: plain({ serviceid: "s0" }) },
];
