/**
 * Exit codes of latchctl; from 64 on they are those of sysexits: EX_UNAVAILABLE, EX_TEMPFAIL (what was
 * waited for is still under way), EX_NOPERM.
 */
export const exitCodes = {
  ok: 0,
  refused: 1,
  usage: 2,
  unreachable: 69,
  underWay: 75,
  notPermitted: 77,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
