/** Key of the setting with what Home Assistant's broker retains because of this gateway; absent = nothing. */
export const announcedSetting = ["homeAssistant.announced"] as const;
