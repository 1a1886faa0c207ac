/**
 * Commands that take access away. Late, repeated or in a full journal they are carried out all the
 * same: they can open no door.
 */
export const revocations: ReadonlySet<string> = new Set(["delete_password", "frozen_password"]);
