import Type from "typebox";
import { text } from "../schema/request-fields.ts";

/** What people write about a home. */
export const homeTexts = {
  home_name: Type.Optional(text("name")),
  location: Type.Optional(text("address, to the door number", 256)),
  description: Type.Optional(text("free text", 512)),
};
