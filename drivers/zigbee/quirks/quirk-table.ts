import type { ModelQuirks } from "./quirk-model.ts";

/**
 * What is known of models, most general first: a later row wins. Each row names where its facts were
 * found; what a lock proves by its own behaviour beats every row.
 * Slot counts are upper bounds; what a lock says of itself (0x0012) bounds them again.
 */
export const modelQuirks: readonly ModelQuirks[] = [
  {
    // Yale and iRevo lose the second of two commands that come close together.
    model: /./,
    manufacturer: /yale|irevo|assa/i,
    source:
      "SmartThingsEdgeDrivers zigbee-lock (Yale): 2 s between commands, user ids shifted by 8",
    quirks: { spacingMs: 2000, pinUsersAtMost: 250, hasUserIdInHighByte: true },
  },
  {
    model: /^(YRD(226|256|446|652|4[1235]0)|YRL2[25]6|YRM476|YDD)/,
    manufacturer: /yale/i,
    source: "zha device record YRD256 (130 = 65 %); Koenkk/zigbee-herdsman-converters#647",
    quirks: { batteryScale: "halfPercent" },
  },
  {
    // The Real Living line. SOLIS01: one lock meant 58 % by 58, another sent 122, which only half percent can
    // be.
    model: /^(YR[DL][12][0-9]0|YRD216|YRD246|SOLIS01)/,
    manufacturer: /yale/i,
    source: "SmartThings bad-battery list; zha-device-handlers#131; zigbee2mqtt#31460",
    quirks: { batteryScale: "wholePercent" },
  },
  {
    // The fingerprint family counts in whole percent, answers for 250 codes and keeps 30.
    model: /^(iZBModule|0[0-9a-f]{9}$|c7[0-9a-f]{8}$)/,
    source:
      "zigbee-herdsman-converters#1102, #3802; SmartThings bad-battery list; zigbee2mqtt#11199",
    quirks: {
      batteryScale: "wholePercent",
      pinUsersAtMost: 30,
      hasUserIdInHighByte: true,
      spacingMs: 2000,
    },
  },
  {
    model: /./,
    manufacturer: /irevo/i,
    source: "zigbee-herdsman-converters yale definitions: every iRevo id is taken as whole percent",
    quirks: { batteryScale: "wholePercent" },
  },
  {
    model: /^06e0152204/,
    source: "zigbee-herdsman-converters yale definitions",
    quirks: { pinUsersAtMost: 100 },
  },
  {
    model: /^YRD210 PB/,
    source: "zigbee2mqtt#1925",
    quirks: { answersGetPinCode: false },
  },
  {
    model: /^SMARTCODE_/,
    source:
      "zigbee-herdsman-converters kwikset definitions; zha record of the Convert (200 = 6.2 V)",
    quirks: { pinUsersAtMost: 30, batteryScale: "halfPercent" },
  },
  {
    model: /^BE468/,
    source: "zigbee-herdsman-converters schlage definitions; SmartThingsPublic zigbee-lock",
    quirks: { pinUsersAtMost: 30, batteryScale: "halfPercent" },
  },
  {
    model: /^V3-BTZB/,
    source: "sprut/Hub#469 (178 = 89 %)",
    quirks: { pinUsersAtMost: 20, batteryScale: "halfPercent" },
  },
  {
    model: /^H[CT]-SLM-[0-9]/,
    source: "zigbee2mqtt#18108 (140 = 70 %), #16268 (180 = 90 %)",
    quirks: { pinUsersAtMost: 39, batteryScale: "halfPercent" },
  },
  {
    // One user, four digits.
    model: /^DLM-300Z/,
    source: "SmartThingsPublic#76888; zigbee-herdsman-converters shinasystem definitions",
    quirks: {
      pinUsersAtMost: 4,
      firstUserId: 1,
      lastUserId: 1,
      pinLength: { min: 4, max: 4 },
      batteryScale: "halfPercent",
    },
  },
  {
    // The lock itself takes every user over Zigbee; the people at the door use the low ones, latchd
    // those of the older Z-Wave numbering where the lock has them. The service code is 108.
    model: /^ID Lock /,
    source: "deconz-rest-plugin#3750 (user 3 is taken); zigbee2mqtt#7567, #18456",
    quirks: {
      pinUsersAtMost: 109,
      firstUserId: 60,
      peoplesFirstUserId: 1,
      lastUserId: 107,
      reservedUserIds: [108],
      isDeletionOfUserZeroAmbiguous: true,
      batteryScale: "halfPercent",
    },
  },
  {
    // 0 to 2 are masters. The module is behind a serial line, takes 3 to 8 s for an answer, reports
    // neither duplicates nor a full memory, and by its maker's paper says 1 where its firmware says 0.
    model: /^(Easy(Code|Finger)|Nimly)/i,
    source: "deconz-rest-plugin#4253; fredrik-lindseth/onesti-lock docs; herdsman-converters#8994",
    quirks: {
      pinUsersAtMost: 1000,
      firstUserId: 3,
      lastUserId: 999,
      spacingMs: 2000,
      answersGetPinCode: false,
      answersClearPinCode: false,
      setPinStatusesTaken: [0, 1],
      sleepsWhateverItClaims: true,
    },
  },
  {
    // Newer firmware of the Nimly locks counts in half percent: they stay unsure until they show it. So does
    // the
    // older generation on Datek's module, which the paper is not about (onesti-lock docs).
    model: /^Easy(Code|Finger)/i,
    manufacturer: /onesti/i,
    source: "the maker's paper of 2021; deconz-rest-plugin#4253 (100 at 4.5 V)",
    quirks: { batteryScale: "wholePercent" },
  },
  {
    // Its hourly report says locked whatever the bolt does; the truth is in its own frames.
    model: /./,
    manufacturer: /yunding/i,
    source: "zigbee2mqtt#3018; zigbee-herdsman-converters#12438, #12462; zha record of the Ford",
    quirks: { isLockedReportFalse: true, batteryScale: "halfPercent" },
  },
];
