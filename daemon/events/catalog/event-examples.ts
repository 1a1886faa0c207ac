import type { EventName } from "../../core/model/journal.ts";

/** The JSON of one event of each name. Made by `npm run docs:examples` from a run of the daemon; do not edit. */
export const eventExamples: Readonly<Record<EventName, string>> = {
  batteryAlarm:
    '{"event":"batteryAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"battery_level":9},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":19,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  clearBattryAlarm:
    '{"event":"clearBattryAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"battery_level":80},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":20,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  brokenAlarm:
    '{"event":"brokenAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"cause":"frontEscutcheonRemoved"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":18,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  wrongPwdAlarm:
    '{"event":"wrongPwdAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":34,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  pwdSync:
    '{"event":"pwdSync","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"passwords":[{"id":999,"password":"908172"}]},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":14,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  pwdAddLocal:
    '{"event":"pwdAddLocal","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"password":{"id":3,"password":"246802"}},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":15,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  pwdUpdateLocal:
    '{"event":"pwdUpdateLocal","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"password":{"id":3,"password":"246803"}},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":16,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  pwdDelLocal:
    '{"event":"pwdDelLocal","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"password":{"id":3}},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":17,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  lockerOpenAlarm:
    '{"event":"lockerOpenAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"eventid":1,"method":"keypad","source":2,"source_name":"guest","sourceid":1,"time":1796112000000,"unlock_id":"3-2"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":8,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  centerOfflineAlarm:
    '{"event":"centerOfflineAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":10,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  clearCenterOfflineAlarm:
    '{"event":"clearCenterOfflineAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"offline_s":2},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":11,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  lockOfflineAlarm:
    '{"event":"lockOfflineAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"reason":"left"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":9,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  clearLockOfflineAlarm:
    '{"event":"clearLockOfflineAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":12,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  pwdOperation:
    '{"event":"pwdOperation","time":1796112000,"uuid":"0xa4c1380000000001","home_id":"home-7","nickname":"Front door","detail":{"operation":1,"operation_stage":2,"password_id":1,"reason":"superseded"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":43,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  pwdRevokeOverdue:
    '{"event":"pwdRevokeOverdue","time":1796284800,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"age":86400,"password_id":1},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":24,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  duressAlarm:
    '{"event":"duressAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"password_id":1,"source_name":"under duress","unlock_id":"3-2"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":10,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  lockJammedAlarm:
    '{"event":"lockJammedAlarm","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":32,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  lockNotMovedAlarm:
    '{"event":"lockNotMovedAlarm","time":1796112000,"uuid":"0xa4c1380000000003","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"action":"unlock","lock_state":"notFullyLocked"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":41,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  outOfWindowOpen:
    '{"event":"outOfWindowOpen","time":1796112000,"uuid":"0xa4c1380000000002","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"password_id":1},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":31,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  accessRefused:
    '{"event":"accessRefused","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"eventid":2,"method":"keypad","reason":"schedule","source":2,"source_name":"cleaner","sourceid":2,"time":1796112000000,"unlock_id":"3-3"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":14,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  slotDrift:
    '{"event":"slotDrift","time":1796112000,"uuid":"0xa4c1380000000003","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"expected":"enabled","found":"empty","password_id":1,"user_id":2},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":54,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  pwdRetired:
    '{"event":"pwdRetired","time":1796112000,"uuid":"0xa4c1380000000003","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"ended_at":1793433600000,"name":"","password_id":2,"reason":"expired"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":50,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  pwdRestored:
    '{"event":"pwdRestored","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"ends_at":1796198400000,"name":"guest","password_id":1,"reason":"clock"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":19,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  grantOutcome:
    '{"event":"grantOutcome","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"doors":[{"outcome":"done","password_id":1,"uuid":"0xa4c1380000000001"}],"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","outcome":"done"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":10,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  lockPaired:
    '{"event":"lockPaired","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"again":0,"brand":"latchd","max_digits":8,"min_digits":4,"model":"LATCH-ZCL-1","pin_users":10,"takes_six_digits":1,"version":"0.1.0"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":3,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  lockRemoved:
    '{"event":"lockRemoved","time":1796112000,"uuid":"0xa4c1380000000002","home_id":null,"nickname":"0xa4c1380000000002","detail":{"name":"latchd LATCH-ZCL-1","was_told":1},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":31,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  lockRejoinedAlarm:
    '{"event":"lockRejoinedAlarm","time":1796112000,"uuid":"0xa4c1380000000002","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"codes_held":1,"reason":"joined"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":24,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  clearLockRejoinedAlarm:
    '{"event":"clearLockRejoinedAlarm","time":1796112000,"uuid":"0xa4c1380000000002","home_id":null,"nickname":"latchd LATCH-ZCL-1","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":29,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  lockFound:
    '{"event":"lockFound","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"brand":"latchd","model":"LATCH-ZCL-1","uuid":"0xa4c1380000000001"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":1,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  joiningClosed:
    '{"event":"joiningClosed","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":34,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  stickOfflineAlarm:
    '{"event":"stickOfflineAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"cause":"stickLost","text":"The Zigbee stick was unplugged or has stopped answering."},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":32,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  clearStickOfflineAlarm:
    '{"event":"clearStickOfflineAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":33,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  apiOfflineAlarm:
    '{"event":"apiOfflineAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"listener":"tcp","text":"listen EADDRINUSE: address already in use 127.0.0.1:1883"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":1,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  clearApiOfflineAlarm:
    '{"event":"clearApiOfflineAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"listener":"tcp"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":4,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  clockAlarm:
    '{"event":"clockAlarm","time":1795381200,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"by":"local","change":"set","from":1795381200000,"to":1796112000000},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":2,"epoch":"hT3vQm8WcJ0","clock":"lost"}',
  refusedMessageAlarm:
    '{"event":"refusedMessageAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"count":1,"kind":"malformed","reason":"body is not JSON in UTF-8","topic":"command"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":4,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  cloudSilentAlarm:
    '{"event":"cloudSilentAlarm","time":1796158800,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"silent_s":46800,"since":1796112000},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":5,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  clearCloudSilentAlarm:
    '{"event":"clearCloudSilentAlarm","time":1796158800,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"silent_s":46800,"since":1796112000},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":6,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  duplicateGatewayAlarm:
    '{"event":"duplicateGatewayAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"boot":"b0Xk2mZr7Lw.Qy4nE1tVd8s","start":1},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":17,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  upgradeRolledBack:
    '{"event":"upgradeRolledBack","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"failed":"0.2.0","reason":"notReady","rolled_back_at":1796083200,"version":"0.1.0"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":18,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  recordTooLargeAlarm:
    '{"event":"recordTooLargeAlarm","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"bytes":1116,"seq":11},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":17,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  messageRequest:
    '{"event":"messageRequest","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"latchd LATCH-ZCL-1","detail":{"code":"417264","country_code":"86","kind":"temporaryPassword","lock_name":"latchd LATCH-ZCL-1","message_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","name":"plumber","to":"86-13800000000","valid_from":1796112000000,"valid_until":1796198400000},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":12,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  activity:
    '{"event":"activity","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"activity":"permit_join","caller":"cloud","op_id":"21009","subject":"254","target":{"id":"gw-17","name":"Staircase B","type":"gateway"},"transport":"mqtt"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":2,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  signInRefused:
    '{"event":"signInRefused","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"address":"127.0.0.1","client":"technician-1","count":1,"transport":"rest"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":2,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  callDenied:
    '{"event":"callDenied","time":1796112000,"uuid":"gw-17","home_id":null,"nickname":"Staircase B","detail":{"call":"client_list","client":"technician-1","count":1,"scope":"technician","transport":"rest"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":3,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
  journalGap:
    '{"event":"journalGap","time":1796112000,"uuid":"0xa4c1380000000001","home_id":null,"nickname":"楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼楼","detail":{"from":11,"to":11,"count":1,"reason":"tooLarge","event":"lockerOpenAlarm"},"id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":11,"epoch":"hT3vQm8WcJ0","clock":"synced"}',
};
