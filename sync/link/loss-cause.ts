/** Why a connection, or an attempt to connect, ended. */
export type LossCause =
  /** Never came up: no route, no TLS, no CONNACK, no SUBACK in time. */
  | "unreachable"
  /** It was up, then was cut or fell silent. The broker may have cut every gateway. */
  | "cut"
  /** The broker is overloaded and asks to wait. */
  | "overloaded"
  /** Name, password, certificate, rights or limits are wrong: only people can repair it. */
  | "refused"
  /** The broker's certificate, or ours, is not valid; perhaps only because the clock is still wrong. */
  | "untrusted"
  /** The broker names another server. The gateway connects only to what is configured. */
  | "moved"
  /** Another client connected with this gateway's id, perhaps a clone. */
  | "takenOver"
  /** The broker did not grant the subscriptions at QoS 1. */
  | "subscribeRefused"
  /** A message from the broker was over the packet limit. */
  | "oversize"
  /** The broker did not acknowledge any publication in time. */
  | "unacknowledged"
  /** The gateway's store did not write a command: the broker must send it again. */
  | "storeFailed"
  /** The gateway stops. */
  | "stopped";

/** Returns whether only people can repair it. Then it is an alarm until the link is up again. */
export function isAlarm(cause: LossCause): boolean {
  switch (cause) {
    case "refused":
    case "untrusted":
    case "moved":
    case "takenOver":
    case "subscribeRefused":
    case "oversize":
    case "storeFailed":
      return true;
    case "unreachable":
    case "cut":
    case "overloaded":
    case "unacknowledged":
    case "stopped":
      return false;
  }
}

/**
 * Returns the cause that a broker's reason code means (MQTT 5.0 §2.4; below 0x80 the CONNACK return codes of
 * MQTT 3.1.1 §3.2.2.3).
 */
export function causeOfReasonCode(code: number): LossCause {
  switch (code) {
    case 0x01: // 3.1.1: unacceptable protocol version
    case 0x02: // 3.1.1: identifier rejected
    case 0x04: // 3.1.1: bad user name or password
    case 0x05: // 3.1.1: not authorized
    case 0x84: // unsupported protocol version
    case 0x85: // client identifier not valid
    case 0x86: // bad user name or password
    case 0x87: // not authorized
    case 0x8a: // banned
    case 0x8c: // bad authentication method
    case 0x8f: // topic filter invalid
    case 0x90: // topic name invalid
    case 0x95: // packet too large
    case 0x9a: // retain not supported
    case 0x9b: // QoS not supported
      return "refused";
    case 0x03: // 3.1.1: server unavailable
    case 0x88: // server unavailable
    case 0x89: // server busy
    case 0x96: // message rate too high
    case 0x97: // quota exceeded
    case 0x9f: // connection rate exceeded
      return "overloaded";
    case 0x8e: // session taken over
      return "takenOver";
    case 0x9c: // use another server
    case 0x9d: // server moved
      return "moved";
    default:
      return "cut";
  }
}

/** Returns the cause that the `code` of an error means: a broker's reason code, or a name of OpenSSL or Node. */
export function causeOfErrorCode(code: unknown): LossCause | null {
  if (typeof code === "number") return causeOfReasonCode(code);
  if (typeof code === "string" && tlsCode.test(code)) return "untrusted";
  return null;
}

const tlsCode = /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_)/;

/** Returns whether a record in flight can be the reason for such a loss. */
export function isSuspicious(cause: LossCause): boolean {
  switch (cause) {
    case "cut":
    case "refused":
    case "unacknowledged":
      return true;
    case "unreachable":
    case "overloaded":
    case "untrusted":
    case "moved":
    case "takenOver":
    case "subscribeRefused":
    case "oversize":
    case "storeFailed":
    case "stopped":
      return false;
  }
}
