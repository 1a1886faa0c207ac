import { callbackAdd } from "./access/callback-add.ts";
import { callbackList } from "./access/callback-list.ts";
import { callbackRemove } from "./access/callback-remove.ts";
import { clientAdd } from "./access/client-add.ts";
import { clientList } from "./access/client-list.ts";
import { clientRemove } from "./access/client-remove.ts";
import { keysRotate } from "./access/keys-rotate.ts";
import { keysShow } from "./access/keys-show.ts";
import { memberPut } from "./access/member-put.ts";
import { memberRemove } from "./access/member-remove.ts";
import { findOrders } from "./appointments/find-orders.ts";
import { listOrders } from "./appointments/list-orders.ts";
import { orderAdd } from "./appointments/order-add.ts";
import { orderConfirm } from "./appointments/order-confirm.ts";
import { orderUpdate } from "./appointments/order-update.ts";
import type { Command } from "./command.ts";
import { doctor } from "./diagnostics/doctor/doctor.ts";
import { getClock } from "./diagnostics/get-clock.ts";
import { getCloud } from "./diagnostics/get-cloud.ts";
import { getLogLevel } from "./diagnostics/get-log-level.ts";
import { getNetwork } from "./diagnostics/get-network.ts";
import { getStick } from "./diagnostics/get-stick.ts";
import { makeBackup } from "./diagnostics/make-backup.ts";
import { setClock } from "./diagnostics/set-clock.ts";
import { setLogLevel } from "./diagnostics/set-log-level.ts";
import { supportBundle } from "./diagnostics/support-bundle.ts";
import { grantAdd } from "./grants/grant-add.ts";
import { grantCreate } from "./grants/grant-create.ts";
import { grantFreeze } from "./grants/grant-freeze.ts";
import { grantList } from "./grants/grant-list.ts";
import { grantRemove } from "./grants/grant-remove.ts";
import { grantRevoke } from "./grants/grant-revoke.ts";
import { grantShow } from "./grants/grant-show.ts";
import { grantUnfreeze } from "./grants/grant-unfreeze.ts";
import { grantUpdate } from "./grants/grant-update.ts";
import { countDeviceOpLog } from "./history/count-device-op-log.ts";
import { countLockEnvents, countLockEvents } from "./history/count-lock-events.ts";
import { getLockEvents } from "./history/get-lock-events.ts";
import { readJournal } from "./history/read-journal.ts";
import { readRadioLog } from "./history/read-radio-log.ts";
import { searchDeviceOpLog } from "./history/search-device-op-log.ts";
import { addHome } from "./homes/add-home.ts";
import { delHome } from "./homes/del-home.ts";
import { findHomeDevice } from "./homes/find-home-device.ts";
import { findHomeDevices } from "./homes/find-home-devices.ts";
import { findHomeState } from "./homes/find-home-state.ts";
import { findHomeStates } from "./homes/find-home-states.ts";
import { findService } from "./homes/find-service.ts";
import { bindCenter } from "./homes/gateway/bind-center.ts";
import { getCenterInfo } from "./homes/gateway/get-center-info.ts";
import { unbindCenter } from "./homes/gateway/unbind-center.ts";
import { listHomes } from "./homes/list-homes.ts";
import { addRoom } from "./homes/rooms/add-room.ts";
import { bindLock } from "./homes/rooms/bind-lock.ts";
import { delRoom } from "./homes/rooms/del-room.ts";
import { moveLock } from "./homes/rooms/move-lock.ts";
import { unbindLock } from "./homes/rooms/unbind-lock.ts";
import { updateRoom } from "./homes/rooms/update-room.ts";
import { updateHome } from "./homes/update-home.ts";
import { listAlarms } from "./locks/alarms/list-alarms.ts";
import { getLockInfo } from "./locks/get-lock-info.ts";
import { listLocks } from "./locks/list-locks.ts";
import { lockWindows } from "./locks/lock-windows.ts";
import { adoptLock } from "./locks/pairing/adopt-lock.ts";
import { permitJoin } from "./locks/pairing/permit-join.ts";
import { removeLock } from "./locks/pairing/remove-lock.ts";
import { remoteLock } from "./locks/remote-lock.ts";
import { remoteUnlock } from "./locks/remote-unlock.ts";
import { renameLock } from "./locks/rename-lock.ts";
import { showLock } from "./locks/show-lock.ts";
import { adoptCode } from "./locks/slots/adopt-code.ts";
import { deleteUnmanaged } from "./locks/slots/delete-unmanaged.ts";
import { listSlots } from "./locks/slots/list-slots.ts";
import { listUnmanaged } from "./locks/slots/list-unmanaged.ts";
import { scanLock } from "./locks/slots/scan-lock.ts";
import { addPassword } from "./passwords/add-password.ts";
import { deletePassword } from "./passwords/delete-password.ts";
import { fetchPasswords } from "./passwords/fetch-passwords.ts";
import { frozenPassword } from "./passwords/frozen-password.ts";
import { getDefaultPasswordPlaintext } from "./passwords/get-default-password-plaintext.ts";
import { getDynamicPasswordPlaintext } from "./passwords/get-dynamic-password-plaintext.ts";
import { listPasswords } from "./passwords/list-passwords.ts";
import { releaseGrants } from "./passwords/release-grants.ts";
import { applySnapshot } from "./passwords/snapshot/apply-snapshot.ts";
import { unfrozenPassword } from "./passwords/unfrozen-password.ts";
import { updatePassword } from "./passwords/update-password.ts";
import { accountAdd } from "./people/account-add.ts";
import { accountList } from "./people/account-list.ts";
import { accountRemove } from "./people/account-remove.ts";
import { accountUpdate } from "./people/account-update.ts";
import { pageLink } from "./people/page-link.ts";
import { passAdd } from "./people/pass-add.ts";
import { passList } from "./people/pass-list.ts";
import { passRemove } from "./people/pass-remove.ts";
import { passphraseSet } from "./people/passphrase-set.ts";
import { sessionEnd } from "./people/session-end.ts";
import { sessionList } from "./people/session-list.ts";

/**
 * Every command there is. REST, MQTT, latchctl, OpenAPI, AsyncAPI and docs/api.md are loops over this
 * table, and list the commands in its sequence.
 */
export const commands: readonly Command[] = [
  listLocks,
  showLock,
  getLockInfo,
  listSlots,
  lockWindows,
  listAlarms,
  renameLock,
  removeLock,
  remoteUnlock,
  remoteLock,
  scanLock,
  listUnmanaged,
  adoptCode,
  adoptLock,
  deleteUnmanaged,
  permitJoin,
  getLockEvents,
  countLockEvents,
  countLockEnvents,
  readRadioLog,

  fetchPasswords,
  listPasswords,
  addPassword,
  updatePassword,
  frozenPassword,
  unfrozenPassword,
  deletePassword,
  applySnapshot,
  releaseGrants,
  getDynamicPasswordPlaintext,
  getDefaultPasswordPlaintext,

  grantCreate,
  grantList,
  grantShow,
  grantUpdate,
  grantAdd,
  grantRemove,
  grantFreeze,
  grantUnfreeze,
  grantRevoke,

  listHomes,
  addHome,
  updateHome,
  delHome,
  findService,
  findHomeState,
  findHomeStates,
  findHomeDevice,
  findHomeDevices,
  getCenterInfo,
  bindCenter,
  unbindCenter,
  addRoom,
  updateRoom,
  delRoom,
  bindLock,
  moveLock,
  unbindLock,

  listOrders,
  orderAdd,
  orderUpdate,
  orderConfirm,
  findOrders,

  doctor,
  getStick,
  getNetwork,
  getClock,
  setClock,
  getCloud,
  readJournal,
  searchDeviceOpLog,
  countDeviceOpLog,
  getLogLevel,
  setLogLevel,
  supportBundle,
  makeBackup,

  clientAdd,
  clientList,
  clientRemove,
  memberPut,
  memberRemove,
  keysShow,
  keysRotate,
  callbackAdd,
  callbackList,
  callbackRemove,

  accountAdd,
  accountList,
  accountUpdate,
  accountRemove,
  passphraseSet,
  sessionList,
  sessionEnd,
  passAdd,
  passList,
  passRemove,
  pageLink,
];
