import type { Answer } from "../api/call.ts";

export type Finding = Answer<"doctor">["findings"][number];

/** What a finding says, and what to do. Names in braces stand for the finding's values. */
type FindingText = readonly [what: string, advice: string];

/** Texts by code; a finding without one is shown in the gateway's own words. */
export type FindingTexts = Readonly<Partial<Record<Finding["code"], FindingText>>>;

/** Texts of every code, for a language that the gateway does not speak. */
export type AllFindingTexts = Readonly<Record<Finding["code"], FindingText>>;
