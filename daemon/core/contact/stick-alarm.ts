/** Name of the setting that keeps whether the stick was reported as offline: no lock can be reached then. */
export const stickOfflineSetting = ["radio.toldOffline"] as const;
