import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { oneOf, orNull, time, yesNo } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";
import type { CloudFault, CloudReport } from "./diagnostics.ts";

const fault = Type.Object({
  cause: Type.String({ description: "as a word that stays the same" }),
  why: Type.String({ description: "as a sentence" }),
  time: time("when"),
});

export const getCloud = readCommand({
  name: "get_cloud",
  summary: "The link to the cloud: what waits for it, why it failed last, how it is protected.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/cloud" }],
  phrases: [{ words: ["cloud"] }],
  input: noFields,
  output: Type.Object({
    state: oneOf(["notConfigured", "connected", "disconnected"]),
    since: orNull(time("since when; null = no cloud is configured")),
    backlog: Type.Integer({ description: "records that the cloud does not have yet" }),
    is_full: yesNo("1 = the backlog is at its limit: commands are refused"),
    epoch: Type.String({ description: "of the journal" }),
    cursor: Type.Integer({ description: "number of the last record that the cloud has" }),
    head: Type.Integer({ description: "number of the journal's last record" }),
    last_error: orNull(fault, "why the link was last lost or refused"),
    alarm: orNull(fault, "what only people can repair"),
    commands: oneOf(["off", "signed", "sealed"], "how commands of the cloud are protected"),
    codes: oneOf(["off", "sealed"], "how codes are protected on their way"),
    is_line_encrypted: yesNo("1 = TLS to every broker that is configured"),
  }),
  run({ view, site }) {
    const { epoch, head } = view.journalRange();
    const cloud = site.diagnostics.cloud();
    return answer({ ...linkFields(cloud), epoch, head });
  },
});

function linkFields(cloud: CloudReport | null) {
  if (cloud === null) {
    return {
      state: "notConfigured",
      since: null,
      backlog: 0,
      is_full: 0,
      cursor: 0,
      last_error: null,
      alarm: null,
      commands: "off",
      codes: "off",
      is_line_encrypted: 0,
    };
  }
  return {
    state: cloud.isConnected ? "connected" : "disconnected",
    since: Math.floor(cloud.sinceMs / 1000),
    backlog: cloud.backlog,
    is_full: cloud.isFull ? 1 : 0,
    cursor: cloud.cursor,
    last_error: faultFields(cloud.lastError),
    alarm: faultFields(cloud.alarm),
    commands: cloud.commands,
    codes: cloud.codes,
    is_line_encrypted: cloud.isLineEncrypted ? 1 : 0,
  };
}

function faultFields(one: CloudFault | null) {
  if (one === null) return null;
  return { cause: one.cause, why: one.why, time: Math.floor(one.atMs / 1000) };
}
