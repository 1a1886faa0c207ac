import { signal } from "@preact/signals";

/** What the list of locks says after the screen of a lock has gone: whether an unpaired lock was told. */
export const notice = signal("");
