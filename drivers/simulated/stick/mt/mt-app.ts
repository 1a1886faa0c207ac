import { mtStatus, statusOnly, subsystem } from "./mt-codes.ts";
import type { MtTable } from "./mt-command.ts";

const ok = statusOnly(mtStatus.success);
/** BDB commissioning modes. */
const mode = { steering: 0x02, formation: 0x04 } as const;
/** bdbCommissioningStatus as in APP_CNF_BDB_COMMISSIONING_NOTIFICATION. */
const commissioned = { success: 0, formationFailure: 7, networkRestored: 0x0c } as const;
const commissioningNotification = 0x80;
/** bdbMinCommissioningTime, seconds. */
const steeringS = 180;

/** MT_APP_CONFIG: base device behaviour. */
export const appCommands: MtTable = [
  {
    id: 0x01,
    name: "APP_CNF_SET_DEFAULT_REMOTE_ENDDEVICE_TIMEOUT",
    run: (_, request) => statusOnly(request.u8() > 14 ? mtStatus.invalidParameter : 0),
  },
  {
    id: 0x03,
    name: "APP_CNF_SET_ALLOWREJOIN_TC_POLICY",
    run: (_, request) => statusOnly(request.u8() > 1 ? mtStatus.invalidParameter : 0),
  },
  {
    id: 0x04,
    name: "APP_CNF_BDB_ADD_INSTALLCODE",
    run: ({ joining }, request) => {
      const [format, ieee, code] = [request.u8(), request.ieee(), request.rest()];
      return statusOnly(joining.addInstallCode(format, ieee, code));
    },
  },
  {
    id: 0x05,
    name: "APP_CNF_BDB_START_COMMISSIONING",
    run: (firmware, request) => {
      const modes = request.u8();
      const isFormation = (modes & mode.formation) !== 0;
      const isSteering = (modes & mode.steering) !== 0;
      if (modes !== 0 && !isFormation && !isSteering) return statusOnly(mtStatus.invalidParameter);
      const isKnown = firmware.network.parameters !== null;
      if (!isKnown && !isFormation) return statusOnly(mtStatus.failure);
      firmware.network.start(0, () => {
        if (isSteering) firmware.joining.permit(steeringS);
        const status = commissioningStatus({ isKnown, isFormation, isSteering });
        const payload = Uint8Array.of(status, modes, 0);
        firmware.notify(subsystem.appConfig, commissioningNotification, payload);
      });
      return ok;
    },
  },
  {
    id: 0x06,
    name: "APP_CNF_BDB_SET_JOINUSESINSTALLCODEKEY",
    run: ({ joining }, request) => {
      joining.requireInstallCode(request.u8() !== 0);
      return ok;
    },
  },
  {
    id: 0x07,
    name: "APP_CNF_BDB_SET_ACTIVE_DEFAULT_CENTRALIZED_KEY",
    run: (_, request) => {
      request.u8();
      return ok;
    },
  },
  {
    id: 0x08,
    name: "APP_CNF_BDB_SET_CHANNEL",
    run: ({ network }, request) => {
      network.setChannels(request.u8() !== 0, request.u32());
      return ok;
    },
  },
  {
    id: 0x09,
    name: "APP_CNF_BDB_SET_TC_REQUIRE_KEY_EXCHANGE",
    run: (_, request) => {
      request.u8();
      return ok;
    },
  },
  {
    id: 0xff,
    name: "APP_CNF_SET_NWK_FRAME_COUNTER",
    run: ({ network }, request) => {
      network.setFrameCounter(request.u32());
      return ok;
    },
  },
];

interface Commissioning {
  readonly isKnown: boolean;
  readonly isFormation: boolean;
  readonly isSteering: boolean;
}

/** A second formation is refused, but the known network starts: hosts resume this way. */
function commissioningStatus({ isKnown, isFormation, isSteering }: Commissioning): number {
  if (isKnown && isFormation) return commissioned.formationFailure;
  return isKnown && !isSteering ? commissioned.networkRestored : commissioned.success;
}
