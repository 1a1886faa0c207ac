import type { Answer } from "../../../api/call.ts";

/** A home as the gateway lists it. */
export type Home = Answer<"list_homes">["homes"][number];
