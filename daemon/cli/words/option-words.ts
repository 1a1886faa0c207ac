/** An option or an argument as people write it. */
export interface OptionWords {
  /** Its name without the hyphens. */
  readonly name: string;
  /** What stands for its value in help. */
  readonly value: string;
  readonly text: string;
}

/** Returns the words of a field that needs no other name. */
function plain(field: string, value: string, text: string): readonly [string, OptionWords] {
  return [field, { name: field.replaceAll("_", "-"), value, text }];
}

/** Options by the field of the command that each stands for; a command's own words have its name before them. */
const optionWords: ReadonlyMap<string, OptionWords> = new Map([
  [
    "password",
    {
      name: "code",
      value: "digits",
      text: "its digits; better let latchctl ask, which leaves no trace",
    },
  ],
  ["phonenumber", { name: "phone", value: "number", text: "whom the code is sent to" }],
  plain("name", "name", "name for the history"),
  plain("description", "text", "a note"),
  [
    "permission_begin",
    { name: "from", value: "time", text: "opens from then on; without it at once" },
  ],
  [
    "permission_end",
    { name: "until", value: "time", text: "opens until then; without it for ever" },
  ],
  [
    "update_password.permission_begin",
    { name: "from", value: "time", text: 'opens from then on; "now" = at once' },
  ],
  [
    "update_password.permission_end",
    { name: "until", value: "time", text: 'opens until then; "never" = for ever' },
  ],
  plain("weekly", "hours", 'hours of the week, such as "sat,sun 08:00-12:00"'),
  [
    "update_password.weekly",
    { name: "weekly", value: "hours", text: 'such as "sat,sun 08:00-12:00"; "none" = at any hour' },
  ],
  plain("one_time", "", "ends with its first opening"),
  plain("duress", "", "opens, and raises a silent alarm"),
  ["home_id", { name: "home", value: "home", text: "only of this home, by its name or id" }],
  ["room_id", { name: "room", value: "room", text: "only of this room, by its name or id" }],
  [
    "del_room.home_id",
    { name: "home", value: "home", text: "the room's home, where two have such a room" },
  ],
  ["uuid", { name: "lock", value: "lock", text: "only of this lock" }],
  [
    "locks",
    { name: "lock", value: "lock", text: "a lock, by its name, room or address; again for more" },
  ],
  ["rooms", { name: "room", value: "room", text: "the lock of a room; again for more" }],
  plain("person", "name", "for whom"),
  ["grant_list.person", { name: "person", value: "name", text: "only this person's" }],
  plain("uses", "number", "ends with this opening"),
  [
    "uses_by",
    { name: "uses-by", value: "what", text: "grant = over all locks; door = at each lock" },
  ],
  plain("all", "", "also those that are revoked or over"),
  [
    "grant_create.password",
    { name: "code", value: "digits", text: "its digits; without it latchd makes a code" },
  ],
  [
    "grant_update.permission_begin",
    { name: "from", value: "time", text: 'opens from then on; "now" = at once' },
  ],
  [
    "grant_update.permission_end",
    { name: "until", value: "time", text: 'opens until then; "never" = for ever' },
  ],
  [
    "grant_update.weekly",
    { name: "weekly", value: "hours", text: 'such as "sat,sun 08:00-12:00"; "none" = at any hour' },
  ],
  ["grant_update.person", { name: "person", value: "name", text: "another person" }],
  [
    "add_home.home_id",
    { name: "id", value: "id", text: "your own id of it; without it one is made" },
  ],
  [
    "add_room.room_id",
    { name: "id", value: "id", text: "your own id of it; without it one is made" },
  ],
  plain("location", "address", "address, to the door number"),
  ["room_description", { name: "description", value: "text", text: "a note" }],
  ["start_time", { name: "from", value: "time", text: "from this time on" }],
  ["end_time", { name: "until", value: "time", text: "until this time" }],
  [
    "list_alarms.from",
    { name: "from", value: "time", text: "past alarms from this time on; without it a week" },
  ],
  ["scan_lock.from", { name: "from", value: "slot", text: "the first slot" }],
  [
    "scan_lock.count",
    { name: "count", value: "number", text: "how many slots, at most 32; without it 10" },
  ],
  [
    "read_journal.from",
    { name: "seq", value: "number", text: "from the record with this number on" },
  ],
  ["client_add.client_id", { name: "name", value: "name", text: "the client's name" }],
  plain("offset", "number", "leave out this number of entries"),
  plain("count", "number", "at most this number of entries"),
  plain("before", "number", "only entries before this number"),
  plain("event", "name", "only this event, such as lockerOpenAlarm"),
  plain("operator", "name", "only what this client or person did"),
  [
    "op_id",
    { name: "what", value: "what", text: "only: issued, deleted, changed, frozen or activated" },
  ],
  ["user_id", { name: "slot", value: "number", text: "only this slot" }],
  ["password_id", { name: "password", value: "number", text: "only this password" }],
  plain("stage", "stage", "only: active or confirmed"),
  plain("date", "time", "another day"),
  plain("time", "when", "all-day, morning, afternoon, evening, or a time"),
  ["order_confirm.name", { name: "name", value: "name", text: "whom to ask for" }],
  plain("phone", "number", "telephone number"),
  plain("note", "text", "a note"),
  plain("links", "", "ask the routers for their neighbours; takes seconds"),
  plain("source", "source", "what ntp or cloud says, instead of a time"),
]);

/** Returns the words of a command's field, or null if people have none for it. */
export function wordsOfOption(command: string, field: string): OptionWords | null {
  return optionWords.get(`${command}.${field}`) ?? optionWords.get(field) ?? null;
}

/** What people call an argument, by the field that it stands for. */
const argumentNames: Readonly<Record<string, string>> = {
  home_id: "home",
  room_id: "room",
  home_name: "name",
  room_name: "name",
  uuid: "lock",
  user_id: "slot",
  password_id: "password",
  client_id: "name",
  callback_id: "callback",
  pass_id: "pass",
  grant_id: "grant",
};

export function argumentName(field: string): string {
  return argumentNames[field] ?? field;
}

const argumentTexts: Readonly<Record<string, string>> = {
  home_id: "its name or id",
  room_id: "its name or id; without it the home's outer door",
  home_name: "what people call it",
  room_name: "what people call it",
  name: "what people call it",
  uuid: "its address",
  user_id: "the number of the slot",
  password_id: "its id or name; admin = the administrator's",
  grant_id: "its id, or the person where that has one grant",
  person: "the person's name",
  scope: "manager, steward, installer or technician",
  url: "https://… to a public address",
  level: "trace, debug, info, warn, error or fatal",
};

/** Returns what help says of an argument. */
export function argumentText(field: string): string {
  return argumentTexts[field] ?? "";
}

/** Words for the numbers of a field that is given. */
const choices: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  op_id: {
    issued: "20002",
    deleted: "20003",
    changed: "20004",
    frozen: "20006",
    activated: "20007",
  },
  stage: { active: "1", confirmed: "2" },
  time: { "all-day": "100", morning: "101", afternoon: "102", evening: "103" },
};

/** Returns the value that a word stands for, or null if the field has no such word. */
export function choiceOf(field: string, word: string): string | null {
  return choices[field]?.[word.trim().toLowerCase()] ?? null;
}
