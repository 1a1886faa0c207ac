import type { ModelQuirks } from "./quirks.ts";

/**
 * What is known of models, most general first: a later row wins.
 * Slot counts are upper bounds; what a lock says of itself (0x0012) bounds them again.
 */
export const modelQuirks: readonly ModelQuirks[] = [
  {
    // Yale and iRevo lose the second of two commands that come close together.
    model:
      /^(YRD|YRL|YRM|YMC|YDD|YMF|YDF|YDM|YMI|LIA|SOLIS|iZBModule01|0[67]0000000[01]|06|c70000)/,
    manufacturer: /yale|irevo|assa/i,
    quirks: { spacingMs: 2000, pinUsersAtMost: 250, hasUserIdInHighByte: true },
  },
  {
    model:
      /^(YRD2[124]0|YRL2[12]0|YRD220\/240|YRD210 PB|YRL210 PB|YRL220 TS|c700000202|06ffff2027|SOLIS01)/,
    quirks: { batteryScale: "wholePercent" },
  },
  {
    // The fingerprint family answers for 250 and keeps 30.
    model: /^(iZBModule01|0600000001|0700000001|c700000202|06ffff2029|06ffff2027|06e01d220c)/,
    quirks: { pinUsersAtMost: 30, hasUserIdInHighByte: true, spacingMs: 2000 },
  },
  { model: /^06e0152204/, quirks: { pinUsersAtMost: 100 } },
  { model: /^YDM60/, quirks: { operationEventLayout: "actionFirst" } },
  { model: /^YRD210 PB/, quirks: { answersGetPinCode: false } },
  {
    model: /^(SMARTCODE|SMARTCODE_DEADBOLT_10|SMARTCODE_DEADBOLT_5|SMARTCODE_LEVER_5)/,
    quirks: { pinUsersAtMost: 30 },
  },
  { model: /^BE468/, quirks: { pinUsersAtMost: 30 } },
  { model: /^V3-BTZB/, quirks: { pinUsersAtMost: 20 } },
  { model: /^HC-SLM-1|^HT-SLM-2|^HT-SLM-3/, quirks: { pinUsersAtMost: 39 } },
  {
    // One user, four digits.
    model: /^DLM-300Z/,
    quirks: {
      pinUsersAtMost: 4,
      firstUserId: 1,
      lastUserId: 1,
      pinLength: { min: 4, max: 4 },
    },
  },
  {
    // Fingers and cards live below 60, the service code is 108.
    model: /^ID Lock (150|202)/,
    quirks: {
      pinUsersAtMost: 109,
      firstUserId: 60,
      lastUserId: 107,
      reservedUserIds: [108],
      isDeletionOfUserZeroAmbiguous: true,
    },
  },
  {
    // 0 to 2 are masters. The module sits behind a serial line and takes 3 to 8 s for an answer.
    model: /^(EasyCodeTouch|easyCodeTouch|EasyFingerTouch|Nimly)/i,
    quirks: {
      pinUsersAtMost: 1000,
      firstUserId: 3,
      lastUserId: 999,
      spacingMs: 2000,
      batteryScale: "wholePercent",
      answersGetPinCode: false,
      answersClearPinCode: false,
      reportsActivityByAttribute: true,
    },
  },
];
