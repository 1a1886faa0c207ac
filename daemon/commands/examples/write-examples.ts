import type { CallExample } from "./call-example.ts";

/** Made by `npm run docs:examples` from a run of the daemon; do not edit. */
export const writeExamples: Readonly<Record<string, CallExample>> = {
  rename_lock: {
    request: '{"uuid":"0xa4c1380000000001","name":"Front door"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  remove_lock: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":"","was_told":1}',
  },
  remote_unlock: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  remote_lock: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  scan_lock: {
    request: '{"uuid":"0xa4c1380000000001","from":0,"count":10}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","next":null,"slots":[{"at_lock":"empty","is_code_shown":0,"password_id":null,"user_id":0},{"at_lock":"enabled","is_code_shown":1,"password_id":999,"user_id":1},{"at_lock":"enabled","is_code_shown":1,"password_id":1,"user_id":2}]}',
  },
  adopt_code: {
    request: '{"uuid":"0xa4c1380000000001","user_id":8,"name":"neighbour"}',
    reply: '{"ErrNo":0,"ErrMsg":"","password_id":2}',
  },
  adopt_lock: {
    request: '{"uuid":"0xa4c1380000000009"}',
    reply:
      '{"ErrNo":15006,"ErrMsg":"uuid: is no lock on the network that the gateway does not know"}',
  },
  delete_unmanaged: {
    request: '{"uuid":"0xa4c1380000000001","user_id":9}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  permit_join: {
    request: '{"seconds":120}',
    reply: '{"ErrNo":0,"ErrMsg":"","seconds":120}',
  },
  add_password: {
    request:
      '{"uuid":"0xa4c1380000000001","password":"417263","name":"guest","permission_end":1796198400}',
    reply: '{"ErrNo":0,"ErrMsg":"","id":1,"password_id":1}',
  },
  update_password: {
    request: '{"uuid":"0xa4c1380000000001","password_id":1,"permission":{"end":1796284800}}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  frozen_password: {
    request: '{"uuid":"0xa4c1380000000001","password_id":1}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  unfrozen_password: {
    request: '{"uuid":"0xa4c1380000000001","password_id":1}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  delete_password: {
    request: '{"uuid":"0xa4c1380000000001","password_id":1}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  apply_snapshot: {
    request:
      '{"uuid":"0xa4c1380000000001","passwords":[{"password_id":999,"revision":1},{"password_id":7,"revision":1,"password":"628104","name":"guest"}]}',
    reply: '{"ErrNo":0,"ErrMsg":"","added":1,"changed":0,"removed":1,"unchanged":1}',
  },
  release_grants: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":15006,"ErrMsg":"uuid: the lock is not suspended"}',
  },
  get_dynamic_password_plaintext: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":"","invalid_time":1796112000,"password":"233360","password_id":0}',
  },
  grant_create: {
    request: '{"person":"Kim","locks":["0xa4c1380000000001"],"permission_end":1796716800}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","doors":[{"lock_name":"Front door","outcome":"waiting","password_id":8,"reason":"waiting","uuid":"0xa4c1380000000001"}],"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","outcome":"partly","password":"782231"}',
  },
  grant_update: {
    request: '{"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","permission_end":1797321600}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","doors":[{"lock_name":"Front door","outcome":"waiting","password_id":8,"reason":"waiting","uuid":"0xa4c1380000000001"},{"lock_name":"latchd LATCH-ZCL-1","outcome":"waiting","password_id":1,"reason":"waiting","uuid":"0xa4c1380000000002"}],"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","outcome":"partly"}',
  },
  grant_add: {
    request: '{"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","locks":["0xa4c1380000000002"]}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","doors":[{"lock_name":"Front door","outcome":"waiting","password_id":8,"reason":"waiting","uuid":"0xa4c1380000000001"},{"lock_name":"latchd LATCH-ZCL-1","outcome":"waiting","password_id":1,"reason":"waiting","uuid":"0xa4c1380000000002"}],"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","outcome":"partly"}',
  },
  grant_remove: {
    request: '{"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","locks":["0xa4c1380000000002"]}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","doors":[{"lock_name":"Front door","outcome":"done","password_id":8,"reason":null,"uuid":"0xa4c1380000000001"},{"lock_name":"latchd LATCH-ZCL-1","outcome":"waiting","password_id":1,"reason":"removing","uuid":"0xa4c1380000000002"}],"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","outcome":"partly"}',
  },
  grant_freeze: {
    request: '{"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","doors":[{"lock_name":"Front door","outcome":"waiting","password_id":8,"reason":"waiting","uuid":"0xa4c1380000000001"},{"lock_name":"latchd LATCH-ZCL-1","outcome":"waiting","password_id":1,"reason":"waiting","uuid":"0xa4c1380000000002"}],"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","outcome":"partly"}',
  },
  grant_unfreeze: {
    request: '{"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","doors":[{"lock_name":"Front door","outcome":"waiting","password_id":8,"reason":"waiting","uuid":"0xa4c1380000000001"},{"lock_name":"latchd LATCH-ZCL-1","outcome":"waiting","password_id":1,"reason":"waiting","uuid":"0xa4c1380000000002"}],"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","outcome":"partly"}',
  },
  grant_revoke: {
    request: '{"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
    reply:
      '{"ErrNo":0,"ErrMsg":"","doors":[{"lock_name":"Front door","outcome":"waiting","password_id":8,"reason":"removing","uuid":"0xa4c1380000000001"},{"lock_name":"latchd LATCH-ZCL-1","outcome":"waiting","password_id":1,"reason":"removing","uuid":"0xa4c1380000000002"}],"grant_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","outcome":"partly"}',
  },
  add_home: {
    request: '{"home_id":"home-7","home_name":"Linden 7","location":"Lindenstraße 7, Berlin"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  update_home: {
    request: '{"home_id":"home-7","sp_state":2}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  del_home: {
    request: '{"home_id":"home-7"}',
    reply: '{"ErrNo":0,"ErrMsg":"","serviceid":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
  },
  bind_center: {
    request: '{"home_id":"home-7"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  unbind_center: {
    request: '{"home_id":"home-7"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  add_room: {
    request:
      '{"home_id":"home-7","room_id":"flat-2","room_name":"Flat 2","room_description":"second floor"}',
    reply: '{"ErrNo":0,"ErrMsg":"","room_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
  },
  update_room: {
    request:
      '{"home_id":"home-7","room_id":"flat-2","room_name":"Flat 2","room_description":"left"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  del_room: {
    request: '{"home_id":"home-7","room_id":"flat-2"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  bind_lock: {
    request: '{"uuid":"0xa4c1380000000001","home_id":"home-7","room_id":"flat-2"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  move_lock: {
    request: '{"uuid":"0xa4c1380000000001","home_id":"home-7"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  unbind_lock: {
    request: '{"uuid":"0xa4c1380000000001"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  order_add: {
    request: '{"home_id":"home-7","date":20261205,"time":101,"name":"Kim","phone":"13800000000"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  order_update: {
    request: '{"home_id":"home-7","note":"ring twice"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  order_confirm: {
    request: '{"home_id":"home-7"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  set_clock: {
    request: '{"time":1796112000}',
    reply:
      '{"state":"synced","time":1796112000,"system_time":1796112000,"difference_ms":-102888,"time_zone":"Europe/Berlin","trust":"system","earliest":1795381200,"latest":2426544000,"sources":[{"source":"ntp","time":1796112000,"ahead_s":103,"said_s_ago":6,"verdict":"believed","why":"believed"},{"source":"cloud","time":1796112000,"ahead_s":102,"said_s_ago":0,"verdict":"believed","why":"believed"}],"ErrNo":0,"ErrMsg":""}',
    refusal: '{"ErrNo":15014,"ErrMsg":"the time is set on the gateway itself"}',
  },
  set_log_level: {
    request: '{"level":"info"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  make_backup: {
    request: '{"passphrase":"correct horse battery"}',
    reply: '{"backup":"bGF0Y2hkIGJhY2t1cCAxCgGWVAjI9wxxKk302Y9C…","ErrNo":0,"ErrMsg":""}',
    refusal: '{"ErrNo":15014,"ErrMsg":"backups are made on the gateway itself"}',
  },
  client_add: {
    request: '{"client_id":"front-desk","scope":"steward"}',
    reply:
      '{"client_id":"front-desk","client_secret":"sK1v…shown-once…9QxZ","scope":"steward","ErrNo":0,"ErrMsg":""}',
    refusal: '{"ErrNo":15014,"ErrMsg":"clients are administered on the gateway itself"}',
  },
  client_remove: {
    request: '{"client_id":"front-desk"}',
    reply: '{"tokens_removed":0,"ErrNo":0,"ErrMsg":""}',
    refusal: '{"ErrNo":15014,"ErrMsg":"clients are administered on the gateway itself"}',
  },
  member_put: {
    request: '{"user_id":"u-17","name":"Kim","account":"kim@example.com"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  member_remove: {
    request: '{"user_id":"u-17"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  keys_rotate: {
    request: "{}",
    reply:
      '{"gateway":[{"kid":"gw-2026-12","created_at":1796158800,"is_current":true,"public_key":{"kty":"EC","crv":"P-256","x":"u5wqkHb1lZ0cT3nY8fRpV2sXaJm7dGoEiK4xLtQvBhA","y":"r2dPzWk6mTqY1vXsB9nHcJfLg8aUo5EiKt3RwZxQpVY","kid":"gw-2026-12","use":"enc","alg":"ECDH-ES+A256KW"}}],"cloud":[{"kid":"gw-2026-12","use":"sig"},{"kid":"gw-2026-12","use":"enc"}],"ErrNo":0,"ErrMsg":""}',
    refusal: '{"ErrNo":15014,"ErrMsg":"keys are administered on the gateway itself"}',
  },
  callback_add: {
    request: '{"url":"http://127.0.0.1:1883/events"}',
    reply:
      '{"callback_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","signing_key":"kR8w…shown-once…2LmT","ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":14001,"ErrMsg":"url: must not be this machine: such a URL is registered on the gateway itself, by latchctl"}',
  },
  callback_remove: {
    request: '{"callback_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
  },
  account_add: {
    request: '{"name":"Ann","scope":"installer","passphrase":"correct horse battery"}',
    reply: '{"account":"Ann","ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":15014,"ErrMsg":"people are administered on the page, or with latchctl on the gateway itself"}',
  },
  account_update: {
    request: '{"name":"Ann","scope":"technician"}',
    reply: '{"account":"Ann","ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":15014,"ErrMsg":"people are administered on the page, or with latchctl on the gateway itself"}',
  },
  account_remove: {
    request: '{"name":"Ann"}',
    reply: '{"account":"Ann","ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":15014,"ErrMsg":"people are administered on the page, or with latchctl on the gateway itself"}',
  },
  passphrase_set: {
    request: '{"current":"correct horse battery","passphrase":"correct horse battery"}',
    reply: '{"ErrNo":15014,"ErrMsg":"only a person with an account has a passphrase"}',
  },
  session_end: {
    request: '{"session_id":"s-1"}',
    reply: '{"ErrNo":15006,"ErrMsg":"session_id: there is no session s-1"}',
  },
  pass_add: {
    request: '{"life_s":3600,"name":"visitor"}',
    reply:
      '{"pass_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9","expires_at":1796115600,"url":"http://localhost:34087/#pass=md504Kh0u0v6nlc3F9w8Qf79jqtz0kg7shz7FKI8JIY","other_urls":[],"fingerprint":null,"ca_fingerprint":null,"ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":15014,"ErrMsg":"people are administered on the page, or with latchctl on the gateway itself"}',
  },
  pass_remove: {
    request: '{"pass_id":"3f0c6f0e-7d8a-4b52-9a41-5be3f2c1d7a9"}',
    reply: '{"ErrNo":0,"ErrMsg":""}',
    refusal:
      '{"ErrNo":15014,"ErrMsg":"people are administered on the page, or with latchctl on the gateway itself"}',
  },
  page_link: {
    request: '{"life_s":3600,"name":"visitor"}',
    reply:
      '{"kind":"pass","expires_at":1796115600,"url":"http://localhost:34087/#pass=YeVHgAf3AnbyzVmjDhZBG7e-3S75V--tSFdDGsNT_YE","other_urls":[],"fingerprint":null,"ca_fingerprint":null,"ErrNo":0,"ErrMsg":""}',
    refusal: '{"ErrNo":15014,"ErrMsg":"links are made on the gateway itself: latchctl page"}',
  },
};
