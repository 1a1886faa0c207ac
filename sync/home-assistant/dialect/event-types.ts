/** The types of a lock's event entity. */
export const eventTypes = [
  "keypad_unlock",
  "rf_unlock",
  "manual_unlock",
  "unlock",
  "wrong_code",
  "out_of_window",
  "duress",
  "forced",
  "code_refused",
] as const;

export type HomeEventType = (typeof eventTypes)[number];
