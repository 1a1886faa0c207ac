import type { CallExample } from "./call-example.ts";

/** Made by `npm run docs:examples` from a run of the daemon; do not edit. */
export const readExamples: Readonly<Record<string, CallExample>> = {
  list_locks: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","found":[],"locks":[{"alarms":0,"bind_time":1796112000,"brand":"latchd","can_read_slots":1,"capabilities":{"alarms":"yes","batteryUnit":"halfPercent","batteryUnitBasis":"lock","checkInMs":null,"clock":"client","endpoint":1,"firstUserId":1,"holidaySchedules":4,"isSleepy":false,"isSleepyBasis":"lock","lastUserId":9,"lockStateSource":"reports","logRecords":50,"maxPinLength":8,"minPinLength":4,"operationEvents":"yes","pinReadBack":"readable","pinUsers":10,"pinUsersBasis":"lock","programmingEvents":"yes","reportMs":3600000,"requiresPinForRf":false,"reservedUserIds":[],"spacingMs":0,"statusMeaning":"zcl","userStatus":"unknown","weekDaySchedulesPerUser":4,"yearDaySchedulesPerUser":4},"clock":{"drift_s":null,"state":"absent"},"door_state":"closed","failed_operations":0,"grants_held":0,"heard_at":1796112000,"held_reason":null,"home_id":"home-7","is_on_network":1,"is_working":0,"left_alone_for_s":0,"link_quality":121,"lock_state":"locked","mac":"a4c1380000000001","model":"LATCH-ZCL-1","name":"latchd LATCH-ZCL-1","oldest_read_s":0,"onoff_line":1,"onoff_time":1796112000,"pending_operations":0,"power":100,"power_refreshtime":1796112000,"room_id":null,"silent_for_s":0,"slots_unknown":4,"sn":"a4c1380000000001","unknown_for_s":0,"uuid":"0xa4c1380000000001","versions":{"app_version":"1.0.0","hardware_version":"","kernel_version":"","media_version":"","zigbee_version":""},"wrong_code_at":null}]}',
  },
  show_lock: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","alarms":0,"bind_time":1796112000,"brand":"latchd","can_read_slots":1,"capabilities":{"alarms":"yes","batteryUnit":"halfPercent","batteryUnitBasis":"lock","checkInMs":null,"clock":"client","endpoint":1,"firstUserId":1,"holidaySchedules":4,"isSleepy":false,"isSleepyBasis":"lock","lastUserId":9,"lockStateSource":"reports","logRecords":50,"maxPinLength":8,"minPinLength":4,"operationEvents":"yes","pinReadBack":"readable","pinUsers":10,"pinUsersBasis":"lock","programmingEvents":"yes","reportMs":3600000,"requiresPinForRf":false,"reservedUserIds":[],"spacingMs":0,"statusMeaning":"zcl","userStatus":"unknown","weekDaySchedulesPerUser":4,"yearDaySchedulesPerUser":4},"clock":{"drift_s":null,"state":"absent"},"door_state":"closed","failed_operations":0,"grants_held":0,"heard_at":1796112000,"held_reason":null,"home_id":"home-7","is_on_network":1,"is_working":0,"left_alone_for_s":0,"link_quality":121,"lock_state":"locked","mac":"a4c1380000000001","model":"LATCH-ZCL-1","name":"latchd LATCH-ZCL-1","oldest_read_s":0,"onoff_line":1,"onoff_time":1796112000,"pending_operations":0,"power":100,"power_refreshtime":1796112000,"room_id":null,"silent_for_s":0,"slots_unknown":4,"sn":"a4c1380000000001","unknown_for_s":0,"uuid":"0xa4c1380000000001","versions":{"app_version":"1.0.0","hardware_version":"","kernel_version":"","media_version":"","zigbee_version":""},"wrong_code_at":null}',
  },
  get_lock_info: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","bind_time":1796112000,"brand":"latchd","mac":"a4c1380000000001","model":"LATCH-ZCL-1","name":"latchd LATCH-ZCL-1","onoff_line":1,"onoff_time":1796112000,"power":100,"power_refreshtime":1796112000,"sn":"a4c1380000000001","uuid":"0xa4c1380000000001","versions":{"app_version":"1.0.0","hardware_version":"","kernel_version":"","media_version":"","zigbee_version":""}}',
  },
  list_slots: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","slots":[{"applied_revision":1,"at_lock":"enabled","confidence":"confirmed","guard":"gateway","is_managed":true,"is_parked":false,"password_id":999,"refusals":0,"user_id":1,"verified_at":1796112000}]}',
  },
  lock_windows: {
    request: '{"uuid":"0xa4c1380000000001","from":1796112000,"to":1796716800}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","is_truncated":0,"offset_s":3600,"time_zone":"Europe/Berlin","transitions":[],"windows":[{"from":1796112000,"name":"","password_id":999,"state":"open","to":1796716800},{"from":1796112000,"name":"guest","password_id":1,"state":"open","to":1796284800},{"from":1796112000,"name":"dynamic","password_id":0,"state":"open","to":1796112000}]}',
  },
  list_alarms: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":"","is_truncated":0,"recent":[],"standing":[]}',
  },
  list_unmanaged: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","slots":[{"at_lock":"enabled","user_id":8,"verified_at":1796112000},{"at_lock":"enabled","user_id":9,"verified_at":1796112000}]}',
  },
  get_lock_events: {
    request: '{"uuid":"0xa4c1380000000001","count":10}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","lock_events":[{"eventid":1,"method":"rf","source":1,"source_name":"","sourceid":-1,"time":1796112000000,"uuid":"0xa4c1380000000001"}]}',
  },
  count_lock_events: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":"","count":1}',
  },
  count_lock_envents: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":"","count":1}',
  },
  read_radio_log: {
    request: '{"uuid":"0xa4c1380000000001","count":5}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","next":19,"records":[{"by":"cloud","command":"lockDoor","command_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","confirmed":0,"password_id":null,"read":null,"schedule_id":null,"seq":23,"status":"success","time":1796112000000,"tsn":54,"user_id":null}]}',
  },
  fetch_passwords: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","passwords":[{"at_lock":"empty","confidence":"confirmed","description":"","duress":0,"frozen":0,"guard":"gateway","id":1,"is_default":0,"name":"guest","one_time":0,"operation":3,"operation_stage":1,"origin":"cloud","permission":{"begin":0,"end":1796284800,"status":2},"permission_state":1,"revision":2,"send_to":"","slot":2,"time":1796112000000}]}',
  },
  list_passwords: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","passwords":[{"at_lock":"empty","begin":null,"changed_at":1796112000,"confidence":"confirmed","end":1796284800,"enforced_by":"gateway","is_default":0,"is_duress":0,"is_frozen":0,"is_one_time":0,"is_over":0,"is_used":0,"name":"guest","opens_from":null,"opens_until":1796284800,"operation":"update","operation_stage":"inProgress","origin":"cloud","overdue_since":null,"password_id":1,"reason":null,"slot":2,"stage":"waiting","used_at":null,"verified_at":1796112000,"was_in_lock":0,"weekly":null}]}',
  },
  get_default_password_plaintext: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":"","password":"908172"}',
  },
  grant_list: {
    request: '{"person":"Kim"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","grants":[{"begin":null,"changed_at":1796112000,"created_at":1796112000,"doors":[{"is_leaving":0,"lock_name":"Front door","outcome":"waiting","password_id":8,"reason":"waiting","stage":"waiting","uuid":"0xa4c1380000000001"},{"is_leaving":0,"lock_name":"latchd LATCH-ZCL-1","outcome":"waiting","password_id":1,"reason":"waiting","stage":"inLock","uuid":"0xa4c1380000000002"}],"end":1796716800,"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","is_duress":0,"is_frozen":0,"outcome":"partly","person":"Kim","revoked_at":null,"uses":null,"weekly":null}],"more":0,"total":1}',
  },
  grant_show: {
    request: '{"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","begin":null,"changed_at":1796112000,"created_at":1796112000,"doors":[{"is_leaving":0,"lock_name":"Front door","outcome":"waiting","password_id":8,"reason":"waiting","stage":"waiting","uuid":"0xa4c1380000000001"},{"is_leaving":0,"lock_name":"latchd LATCH-ZCL-1","outcome":"waiting","password_id":1,"reason":"waiting","stage":"waiting","uuid":"0xa4c1380000000002"}],"end":1796716800,"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","is_duress":0,"is_frozen":0,"outcome":"partly","person":"Kim","revoked_at":null,"uses":null,"weekly":null}',
  },
  list_homes: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","homes":[{"has_gateway":1,"home_id":"home-7","home_name":"Linden 7","install_state":5,"location":"Lindenstraße 7, Berlin","outer_lock":"0xa4c1380000000001","rooms":[{"lock":null,"room_id":"flat-2","room_name":"Flat 2"}],"sp_state":2}]}',
  },
  find_service: {
    request: '{"serviceid":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
    reply: '{"ErrNo":0,"ErrMsg":"","home_id":"home-7","state":3,"waiting":[]}',
  },
  find_home_state: {
    request: '{"home_id":"home-7"}',
    reply: '{"ErrNo":0,"ErrMsg":"","result":{"install_state":5,"sp_state":2}}',
  },
  find_home_states: {
    request: '{"home_id":["home-7"]}',
    reply: '{"ErrNo":0,"ErrMsg":"","result":{"home-7":{"install_state":5,"sp_state":2}}}',
  },
  find_home_device: {
    request: '{"home_id":"home-7"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","result":[{"room_id":"home-7","sn":"gw-17","type":"gateway","uuid":"gw-17"},{"room_id":"home-7","sn":"a4c1380000000001","type":"home_lock","uuid":"0xa4c1380000000001"}]}',
  },
  find_home_devices: {
    request: '{"home_id":["home-7"]}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","home-7":[{"bind_time":1796112000,"brand":"latchd","mac":"gw-17","model":"latchd","name":"Staircase B","onoff_line":1,"onoff_time":1796112000,"room_id":"home-7","sn":"gw-17","type":"gateway","uuid":"gw-17","versions":{"app_version":"0.1.0","hardware_version":"","kernel_version":"","media_version":"","zigbee_version":"ZStack3x0 20240710"}}]}',
  },
  get_center_info: {
    request: '{"home_id":"home-7"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","bind_time":1796112000,"brand":"latchd","mac":"gw-17","model":"latchd","name":"Staircase B","onoff_line":1,"onoff_time":1796112000,"sn":"gw-17","uuid":"gw-17","versions":{"app_version":"0.1.0","hardware_version":"","kernel_version":"","media_version":"","zigbee_version":"ZStack3x0 20240710"}}',
  },
  list_orders: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","orders":[{"ctime":1796112000,"demander":{"expect_date":20261205,"expect_time":101,"name":"Kim","note":"ring twice","phone":"13800000000"},"description":"","home_id":"home-7","installer":{"confirm_date":null,"confirm_time":null,"name":"","note":"","phone":""},"mtime":1796112000,"stage":1}]}',
  },
  find_orders: {
    request: '{"home_id":["home-7"]}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","result":{"home-7":{"ctime":1796112000,"demander":{"expect_date":20261205,"expect_time":101,"name":"Kim","note":"ring twice","phone":"13800000000"},"description":"","home_id":"home-7","installer":{"confirm_date":null,"confirm_time":null,"name":"","note":"","phone":""},"mtime":1796112000,"stage":1}}}',
  },
  doctor: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","findings":[{"advice":"","code":"daemonAnswers","part":"daemon","state":"ok","values":{},"what":"the daemon answers"},{"advice":"","code":"storeWorks","part":"store","state":"ok","values":{"free_mb":74529},"what":"the store takes writes; 74529 MB of the disk are free"},{"advice":"","code":"networkWorks","part":"network","state":"ok","values":{"channel":15},"what":"the Zigbee network is up on channel 15"}],"is_well":1}',
  },
  get_stick: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","cause":null,"channel":15,"firmware":"ZStack3x0 20240710","is_permitting_join":0,"network_copy_at":1796112000,"pan_id":28099,"path":"/var/lib/latchd/ttyACM0","ping_ms":3,"reason":"","state":"online","store_copy_at":null}',
  },
  get_network: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","devices":[{"brand":"","grants_held":0,"is_found":0,"kind":"coordinator","last_seen":null,"link_quality":null,"model":"","name":"","network_address":0,"parent":null,"uuid":"0x00124b0014d2a1f7"}],"links":[],"silent":[]}',
  },
  get_clock: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","difference_ms":-1,"earliest":1795381200,"latest":2426544000,"sources":[{"ahead_s":0,"said_s_ago":6,"source":"ntp","time":1796112000,"verdict":"believed","why":"believed"},{"ahead_s":-1,"said_s_ago":0,"source":"cloud","time":1796112000,"verdict":"believed","why":"believed"}],"state":"synced","system_time":1796112000,"time":1796112000,"time_zone":"Europe/Berlin","trust":"system"}',
  },
  get_cloud: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","alarm":null,"backlog":3,"codes":"off","commands":"off","cursor":81,"epoch":"hT3vQm8WcJ0","head":84,"is_full":0,"is_line_encrypted":0,"last_error":null,"since":1796112000,"state":"connected"}',
  },
  read_journal: {
    request: '{"event":"lockPaired","count":3}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","epoch":"hT3vQm8WcJ0","head":86,"next":null,"previous":null,"records":[{"clock":"synced","detail":{"again":0,"brand":"latchd","max_digits":8,"min_digits":4,"model":"LATCH-ZCL-1","pin_users":10,"takes_six_digits":1,"version":"0.1.0"},"event":"lockPaired","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":5,"time":1796112000000,"uuid":"0xa4c1380000000001"}],"tail":1}',
  },
  search_device_op_log: {
    request: '{"home_id":"home-7","count":3}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","op_list":[{"op_id":"21041","operator":{"id":"cloud","name":"cloud"},"result":0,"sentence":"cloud moved lock latchd LATCH-ZCL-1","target":{"id":"0xa4c1380000000001","name":"latchd LATCH-ZCL-1","type":"lock"},"timestamp":1796112000000,"transport":"mqtt"}]}',
  },
  count_device_op_log: {
    request: '{"home_id":"home-7"}',
    reply: '{"ErrNo":0,"ErrMsg":"","count":16}',
  },
  get_log_level: {
    request: "{}",
    reply: '{"ErrNo":0,"ErrMsg":"","level":"info"}',
  },
  support_bundle: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","callbacks":[],"clock":{"difference_ms":-102887,"earliest":1795381200,"latest":2426544000,"sources":[{"ahead_s":103,"said_s_ago":6,"source":"ntp","time":1796112000,"verdict":"believed","why":"believed"},{"ahead_s":102,"said_s_ago":0,"source":"cloud","time":1796112000,"verdict":"believed","why":"believed"}],"state":"synced","system_time":1796112000,"time":1796112000,"time_zone":"Europe/Berlin","trust":"system"},"doctor":[{"advice":"","code":"daemonAnswers","part":"daemon","state":"ok","values":{},"what":"the daemon answers"},{"advice":"","code":"storeWorks","part":"store","state":"ok","values":{"free_mb":74529},"what":"the store takes writes; 74529 MB of the disk are free"},{"advice":"","code":"networkWorks","part":"network","state":"ok","values":{"channel":15},"what":"the Zigbee network is up on channel 15"}],"gateway":{"cloudChangedAtMs":1796112000000,"config":{"actions":{"workingDay":"sunday_lowest"},"api":{"allowedHosts":[],"host":"127.0.0.1","page":true,"port":0,"socket":"/var/lib/latchd/latchd.sock","tls":null,"v16Status":"always_200"},"callbacks":{"rules":{"isHttpAllowed":true,"isPrivateAllowed":false}},"clock":{"timeZone":"Europe/Berlin","trust":"system"},"cloud":{"isPlainAllowed":false,"keepaliveS":60,"prefix":"latch/1","protocol":"5","reconnect":{"firstMaxMs":100,"maxMs":500,"minMs":100},"urls":["mqtt://127.0.0.1:1883"],"willDelayS":0},"dataDir":"/var/lib/latchd/data","gateway":{"id":"gw-17","name":"name-eae8cce5"},"keyFile":"/var/lib/latchd/data/keys/master.key","locks":{"auditsPerDay":0,"deadlineMs":1000,"keypadEdits":"keep"},"log":{"format":"json","level":"info"},"messages":{},"passwords":{"refuseTrivial":true},"stick":{"baudRate":115200,"path":"/var/lib/latchd/ttyACM0","rtscts":false},"sync":{"acknowledge":"broker","protection":{"codes":"off","commands":"off"}},"zigbee":{"channel":15}},"gatewayId":"gw-17","heap_bytes":40595816,"homeId":"","isCloudConnected":true,"isPermittingJoin":false,"load":[0.52,0.44,0.67],"name":"name-eae8cce5","node":"v20.20.2","platform":"linux x64","radio":"online","rss_bytes":103862272,"system_uptime_s":60279,"uptime_s":7,"version":"0.1.0","zigbeeFirmware":"ZStack3x0 20240710"},"journal":{"epoch":"hT3vQm8WcJ0","head":92,"records":[{"clock":"synced","detail":{"again":0,"brand":"latchd","max_digits":8,"min_digits":4,"model":"LATCH-ZCL-1","pin_users":10,"takes_six_digits":1,"version":"0.1.0"},"event":"lockPaired","id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","seq":5,"time":1796112000000,"uuid":"0xa4c1380000000001"}],"tail":1},"locks":[{"bind_time":1796112000,"brand":"latchd","can_read_slots":1,"capabilities":{"alarms":"yes","batteryUnit":"halfPercent","batteryUnitBasis":"lock","checkInMs":null,"clock":"client","endpoint":1,"firstUserId":1,"holidaySchedules":4,"isSleepy":false,"isSleepyBasis":"lock","lastUserId":9,"lockStateSource":"reports","logRecords":50,"maxPinLength":8,"minPinLength":4,"operationEvents":"yes","pinReadBack":"readable","pinUsers":10,"pinUsersBasis":"lock","programmingEvents":"yes","reportMs":3600000,"requiresPinForRf":false,"reservedUserIds":[],"spacingMs":0,"statusMeaning":"zcl","userStatus":"yes","weekDaySchedulesPerUser":4,"yearDaySchedulesPerUser":4},"failed_operations":0,"grants_held":0,"held_reason":null,"is_on_network":1,"is_working":0,"left_alone_for_s":0,"mac":"a4c1380000000001","model":"LATCH-ZCL-1","name":"name-c8b963d7","oldest_read_s":60,"onoff_line":1,"onoff_time":1796112000,"passwords":[{"changed_ms":1796112000000,"failure":null,"has_code":true,"id":2,"is_deleted":false,"is_frozen":false,"is_one_time":false,"operation":"add","origin":"keypad","revision":1,"stage":"done","user_id":8,"window":{"begin_ms":null,"end_ms":null,"is_weekly":false}}],"pending_operations":0,"power":100,"power_refreshtime":1796112000,"silent_for_s":0,"slots":[{"applied_revision":0,"at_lock":"empty","confidence":"confirmed","guard":"gateway","is_managed":true,"is_parked":false,"password_id":null,"refusals":0,"user_id":0,"verified_at":1796112000}],"slots_unknown":2,"sn":"a4c1380000000001","unknown_for_s":60,"uuid":"0xa4c1380000000001","versions":{"app_version":"1.0.0","hardware_version":"","kernel_version":"","media_version":"","zigbee_version":""}}],"log":[{"level":"info","msg":"the radio is starting","part":"locks","time":"2026-12-01T08:00:00.000Z"},{"level":"warn","msg":"the line to the name-9551492d is not protected: commands are not signed: whoever may publish at the broker can open the locks","part":"sync","time":"2026-12-01T08:00:00.000Z"},{"level":"warn","msg":"the line to the name-9551492d is not protected: codes are readable for everybody who may read at the broker","part":"sync","time":"2026-12-01T08:00:00.000Z"}],"network":[{"kind":"coordinator","lastSeenMs":null,"linkQuality":null,"manufacturer":"","model":"","networkAddress":0,"uuid":"0x00124b0014d2a1f7"},{"kind":"endDevice","lastSeenMs":1796112000000,"linkQuality":121,"manufacturer":"latchd","model":"LATCH-ZCL-1","networkAddress":25240,"uuid":"0xa4c1380000000001"}],"stick":{"cause":null,"channel":15,"firmware":"ZStack3x0 20240710","panId":28099,"path":"/var/lib/latchd/ttyACM0","pingMs":1,"reason":"","state":"online"},"storage":{"copyAgeMs":null,"copyMs":null,"freeBytes":78149595136,"networkCopyMs":1796112000000,"setAside":null},"store":{"activity_log":{"head":30,"tail":1},"journal":{"epoch":"hT3vQm8WcJ0","head":92,"oldest":1,"tail":1},"radio_log":{"head":27,"tail":1},"records":{"account":0,"callback":0,"client":0,"home":1,"lock":1,"password":3,"room":1,"slot":10}}}',
  },
  client_list: {
    request: "{}",
    reply:
      '{"clients":[{"client_id":"front-desk","scope":"steward","created_at":1796112000}],"ErrNo":0,"ErrMsg":""}',
    refusal: '{"ErrNo":15014,"ErrMsg":"clients are administered on the gateway itself"}',
  },
  keys_show: {
    request: "{}",
    reply:
      '{"gateway":[{"kid":"gw-2026-12","created_at":1795381200,"is_current":true,"public_key":{"kty":"EC","crv":"P-256","x":"u5wqkHb1lZ0cT3nY8fRpV2sXaJm7dGoEiK4xLtQvBhA","y":"r2dPzWk6mTqY1vXsB9nHcJfLg8aUo5EiKt3RwZxQpVY","kid":"gw-2026-12","use":"enc","alg":"ECDH-ES+A256KW"}}],"cloud":[{"kid":"gw-2026-12","use":"sig"},{"kid":"gw-2026-12","use":"enc"}],"ErrNo":0,"ErrMsg":""}',
    refusal: '{"ErrNo":15014,"ErrMsg":"keys are administered on the gateway itself"}',
  },
  callback_list: {
    request: "{}",
    reply:
      '{"ErrNo":0,"ErrMsg":"","callbacks":[{"backlog":0,"callback_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","created_at":1796112000,"delivered":0,"is_signed":1,"last_error":"","left_out":0,"state":"idle","url":"http://127.0.0.1:1883/events"}]}',
  },
  account_list: {
    request: "{}",
    reply:
      '{"accounts":[{"name":"Ann","scope":"installer","homes":null,"created_at":1796112000,"sessions":0}],"ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":15014,"ErrMsg":"people are administered on the page, or with latchctl on the gateway itself"}',
  },
  session_list: {
    request: "{}",
    reply: '{"sessions":[],"ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":15014,"ErrMsg":"people are administered on the page, or with latchctl on the gateway itself"}',
  },
  pass_list: {
    request: "{}",
    reply:
      '{"passes":[{"pass_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","name":"visitor","homes":null,"created_by":"local","created_at":1796112000,"expires_at":1796115600,"used_at":0}],"ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":15014,"ErrMsg":"people are administered on the page, or with latchctl on the gateway itself"}',
  },
};
