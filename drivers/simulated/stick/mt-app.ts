import { type MtTable, mtStatus, statusOnly, subsystem } from "./mt.ts";

const ok = statusOnly(mtStatus.success);
/** BDB commissioning modes. */
const mode = { steering: 0x02, formation: 0x04 } as const;
/** bdbCommissioningStatus as APP_CNF_BDB_COMMISSIONING_NOTIFICATION tells it. */
const commissioned = { success: 0, formationFailure: 7, networkRestored: 0x0c } as const;
const commissioningNotification = 0x80;
/** bdbMinCommissioningTime, seconds. */
const steeringS = 180;

/** MT_APP_CONFIG: base device behaviour. */
export const appCommands: MtTable = {
  1: {
    name: "APP_CNF_SET_DEFAULT_REMOTE_ENDDEVICE_TIMEOUT",
    run: (_, request) => statusOnly(request.u8() > 14 ? mtStatus.invalidParameter : 0),
  },
  3: {
    name: "APP_CNF_SET_ALLOWREJOIN_TC_POLICY",
    run: (_, request) => statusOnly(request.u8() > 1 ? mtStatus.invalidParameter : 0),
  },
  4: {
    name: "APP_CNF_BDB_ADD_INSTALLCODE",
    run: ({ joining }, request) => {
      const [format, ieee, code] = [request.u8(), request.ieee(), request.rest()];
      return statusOnly(joining.addInstallCode(format, ieee, code));
    },
  },
  5: {
    name: "APP_CNF_BDB_START_COMMISSIONING",
    run: (firmware, request) => {
      const modes = request.u8();
      const isFormation = (modes & mode.formation) !== 0;
      if (modes !== 0 && !isFormation && (modes & mode.steering) === 0) {
        return statusOnly(mtStatus.invalidParameter);
      }
      const isKnown = firmware.network.parameters !== null;
      if (modes === 0 && !isKnown) return statusOnly(mtStatus.failure);
      firmware.network.start(0, () => {
        if ((modes & mode.steering) !== 0) firmware.joining.permit(steeringS);
        // A second formation is refused, yet the known network starts: that is how hosts resume.
        const refused = isFormation ? commissioned.formationFailure : commissioned.networkRestored;
        const status = isKnown ? refused : commissioned.success;
        const payload = Uint8Array.of(status, modes, 0);
        firmware.notify(subsystem.appConfig, commissioningNotification, payload);
      });
      return ok;
    },
  },
  6: {
    name: "APP_CNF_BDB_SET_JOINUSESINSTALLCODEKEY",
    run: ({ joining }, request) => {
      joining.requireInstallCode(request.u8() !== 0);
      return ok;
    },
  },
  7: {
    name: "APP_CNF_BDB_SET_ACTIVE_DEFAULT_CENTRALIZED_KEY",
    run: (_, request) => {
      request.u8();
      return ok;
    },
  },
  8: {
    name: "APP_CNF_BDB_SET_CHANNEL",
    run: ({ network }, request) => {
      network.setChannels(request.u8() !== 0, request.u32());
      return ok;
    },
  },
  9: {
    name: "APP_CNF_BDB_SET_TC_REQUIRE_KEY_EXCHANGE",
    run: (_, request) => {
      request.u8();
      return ok;
    },
  },
  255: {
    name: "APP_CNF_SET_NWK_FRAME_COUNTER",
    run: ({ network }, request) => {
      network.setFrameCounter(request.u32());
      return ok;
    },
  },
};
