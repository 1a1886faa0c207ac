import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { noFields } from "../schema/request-fields.ts";
import { detailReplyFields, linkQualities, lockDetail } from "./lock-detail.ts";
import { foundFields, foundLocks } from "./pairing/found-locks.ts";

/** latchd's own: every paired lock. */
export const listLocks = readCommand({
  name: "list_locks",
  summary:
    "The paired locks and what each can do, and locks on the network that have no records here.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/locks" }],
  phrases: [{ words: ["locks"] }],
  input: noFields,
  output: Type.Object({
    locks: Type.Array(Type.Object(detailReplyFields)),
    found: Type.Array(
      Type.Object({ uuid: Type.String(), brand: Type.String(), model: Type.String() }),
      { description: "locks on the network that have no records here; adopt_lock adopts one" },
    ),
  }),
  async run(context) {
    const links = await linkQualities(context);
    const locks = [...context.view.list("lock")].map((lock) => lockDetail(context, lock, links));
    return answer({ locks, found: foundLocks(context).map(foundFields) });
  },
});
