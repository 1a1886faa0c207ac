/** What latchctl says of a phrase. */
export interface PhraseWords {
  /** One line of help. */
  readonly summary: string;
  /**
   * What a person reads once it is done. A name in braces is a field of the command or of its reply; `{lock}`,
   * `{home}` and `{room}` are names.
   */
  readonly done?: string;
  /** What to do afterwards. */
  readonly next?: string;
}

/** Words of every phrase. A test compares them with the table of commands. */
export const phraseWords: Readonly<Record<string, PhraseWords>> = {
  locks: { summary: "List the paired locks and how each is" },
  alarms: { summary: "Show the alarms that stand, and those of the last days" },
  adopt: {
    summary: "Take in a lock that is on the network and has no records here",
    done: "{uuid} is adopted: the gateway asks it what it can do",
    next: "latchctl locks",
  },
  "lock show": { summary: "Show everything that is known of a lock but its codes" },
  "lock slots": { summary: "Show the slots of a lock, and the password in each" },
  "lock rename": { summary: "Give a lock a name", done: "{was} is now called {quoted}" },
  "lock move": {
    summary: "Move a lock to another room, or to a home's outer door",
    done: "{lock} is moved to {place}",
  },
  "lock remove": {
    summary: "Unpair a lock: its codes are cleared, its records go",
    done: "{lock} is unpaired",
  },
  "lock open": { summary: "Unlock a lock now", done: "{lock} is unlocked" },
  "lock close": { summary: "Lock a lock now", done: "{lock} is locked" },
  "lock scan": { summary: "Read slots from a lock now" },
  "lock unmanaged": { summary: "List codes in a lock that are no password of the gateway's" },
  "lock adopt": {
    summary: "Make such a code a password of the gateway's",
    done: "slot {user_id} of {lock} is now password {password_id}",
    next: "latchctl password list {lock}",
  },
  "lock forget": {
    summary: "Clear such a code from the lock",
    done: "slot {user_id} of {lock} is cleared",
  },
  "lock history": { summary: "Show who opened the door and when, the newest last" },
  "lock radio": { summary: "Show what was sent to a lock and what it answered" },
  "password list": { summary: "List the passwords of a lock, and when each opens" },
  "password admin": {
    summary: "Set the administrator's code, which comes before all others",
    done: "the administrator's code of {lock} is accepted",
    next: "latchctl password add {lock} --name NAME",
  },
  "password add": {
    summary: "Add a code to a lock, for a while or for ever",
    done: "password {password_id} of {lock} is accepted: it opens {when}",
    next: "latchctl password list {lock}",
  },
  "password update": {
    summary: "Change a password's code, times or name; the rest stays",
    done: "password {password_id} of {lock} is changed",
  },
  "password freeze": {
    summary: "Freeze a password: it stays and opens nothing",
    done: "password {password_id} of {lock} is being frozen",
  },
  "password unfreeze": {
    summary: "Make a frozen password open again",
    done: "password {password_id} of {lock} is in force again",
  },
  "password delete": {
    summary: "Delete a password",
    done: "password {password_id} of {lock} is being deleted",
  },
  "password dynamic": { summary: "Show a code that opens for five minutes" },
  "password show-admin": { summary: "Show the administrator's code" },
  "grant list": { summary: "List who has a code on several locks, and how far each lock is" },
  "grant show": { summary: "Show one grant, and where its code is now" },
  "grant add": {
    summary: "Give a person one code on several locks; latchd makes it",
    next: "latchctl grant show {grant_id}",
  },
  "grant update": { summary: "Change a grant's times, code or person on all of its locks" },
  "grant extend": { summary: "Add locks to a grant: they get its code" },
  "grant reduce": { summary: "Take locks out of a grant" },
  "grant freeze": { summary: "Freeze a grant: its code stays and opens nothing" },
  "grant unfreeze": { summary: "Make a frozen grant open again" },
  "grant revoke": { summary: "Revoke a grant on all of its locks" },
  "person show": { summary: "Show a person's grants, and where each code is now" },
  "home list": { summary: "List the homes, their rooms and the lock in each" },
  "home add": {
    summary: "Add a home, and bind this gateway to it",
    done: "home {quoted} is added",
    next: "latchctl room bind LOCK {quoted}",
  },
  "home delete": {
    summary: "Delete a home with its rooms; its locks are unpaired",
    done: "home {home} is deleted",
  },
  "home bind": {
    summary: "Bind this gateway to a home",
    done: "this gateway is bound to home {home}",
  },
  "room add": {
    summary: "Add a room to a home",
    done: "room {quoted} is added to home {home}",
    next: "latchctl room bind LOCK {home} {quoted}",
  },
  "room delete": {
    summary: "Delete a room; a lock in it is unpaired",
    done: "room {room} is deleted",
  },
  "room bind": {
    summary: "Say in which room a lock is, or at a home's outer door",
    done: "{lock} is bound to {place}",
    next: "latchctl home list",
  },
  "room unbind": {
    summary: "Take a lock out of its room; it stays paired",
    done: "{lock} is bound to no room now; it stays paired and keeps its passwords",
  },
  "order list": { summary: "List the appointments of this gateway's homes" },
  "order confirm": {
    summary: "Confirm an installer's visit",
    done: "the visit to home {home} is confirmed",
  },
  stick: { summary: "Show the Zigbee stick: port, firmware, copies of its network" },
  network: { summary: "Show the devices of the Zigbee network" },
  "clock show": { summary: "Show the gateway's time, and what each source says" },
  "clock set": { summary: "Set the gateway's time, because a person on site says so" },
  cloud: { summary: "Show the link to the cloud, and what waits for it" },
  journal: { summary: "Show the records for the cloud" },
  oplog: { summary: "Show who did what, the newest first" },
  "log-level": {
    summary: "Show or set how much the daemon logs, until it starts again",
    done: "the daemon logs from {level} on, until it starts again",
  },
  "client add": {
    summary: "Make a client of the API; its secret is shown once",
    next: "keep the secret: it is not shown again",
  },
  "client list": { summary: "List the clients of the API" },
  "client remove": {
    summary: "Remove a client of the API; its tokens end",
    done: "client {client_id} is removed",
  },
  "keys show": { summary: "Show the public keys of the end-to-end protection" },
  "keys rotate": { summary: "Make a new key for the cloud to encrypt to" },
  "callback add": {
    summary: "Register a URL that gets every event from now on",
    next: "keep the signing key: it is not shown again",
  },
  "callback list": { summary: "List the registered URLs and how each is doing" },
  "callback remove": {
    summary: "Remove a URL: it gets no more events",
    done: "callback {callback_id} is removed",
  },
  "account list": { summary: "List the people who sign in on the page" },
  "account remove": {
    summary: "Remove a person's account and sign the person out",
    done: "the account of {name} is removed",
  },
  "session list": { summary: "List the browsers that are signed in" },
  "pass list": { summary: "List the installers' passes that are good" },
  "pass remove": {
    summary: "End an installer's pass and its session",
    done: "pass {pass_id} has ended",
  },
};

/** What a group of phrases is about. */
export const groupWords: Readonly<Record<string, string>> = {
  lock: "One lock: show, name, open, unpair, read its slots",
  password: "The codes of a lock: add, change, freeze, delete",
  grant: "One code of a person on several locks",
  person: "A person's grants, and where the codes are",
  home: "Homes of the building",
  room: "Rooms, and the lock in each",
  order: "Installers' visits",
  client: "Programs that may call the API over TCP",
  callback: "URLs that get the events",
  account: "People who sign in on the page",
  pass: "Installers' passes to the page",
  session: "Browsers that are signed in on the page",
  clock: "The gateway's time: show it, or set it on site",
  keys: "Keys of the end-to-end protection",
};

/** Headings of latchctl's help, and the commands under each. */
export const helpGroups: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ["Begin here:", ["install", "pair", "doctor", "page"]],
  ["Locks and codes:", ["locks", "lock", "password", "grant", "alarms", "events", "adopt"]],
  ["Homes and people:", ["person", "home", "room", "order", "account", "pass", "session"]],
  [
    "The gateway:",
    [
      "health",
      "support",
      "backup",
      "stick",
      "network",
      "clock",
      "cloud",
      "journal",
      "oplog",
      "log-level",
    ],
  ],
  ["For programs:", ["client", "callback", "keys", "call", "completion", "help"]],
];
