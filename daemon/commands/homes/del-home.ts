import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { type Change, put, remove } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { changing, writeCommand } from "../definition.ts";
import { checkUnpairing, confirmation } from "../removal-limit.ts";
import { homeId } from "../schema/request-fields.ts";
import { bindingsOf, findHome } from "./lock-location.ts";

/** Limit of deletions that `find_service` can follow; one more forgets the oldest finished one. */
export const maxRemovals = 256;

export const delHome = writeCommand({
  name: "del_home",
  summary: "Deletes a home with its rooms, unbinds its gateway and unpairs its locks.",
  access: "manager",
  // confirmationNeeded: only the cloud gets it.
  errors: ["notFound", "busy", "confirmationNeeded"],
  phrases: [{ words: ["home", "delete"], fields: ["home_id"], unsaid: ["confirm"] }],
  loss: {
    text: "Home {home} is deleted with its rooms; the locks in them are unpaired and their codes are gone.",
    typed: "home_id",
  },
  activity: activityIds.homeChanged,
  input: Type.Object({ home_id: homeId, confirm: confirmation }, { additionalProperties: false }),
  output: Type.Object({
    serviceid: Type.String({ description: "for find_service: how far the deletion has got" }),
  }),
  /** Deletes the home at once; the gateway unpairs its locks one after another from then on. */
  run(context, { home_id: id, confirm }) {
    const { view, time } = context;
    const { homeId: home } = findHome(view, id);
    const serviceId = context.newId();
    const waiting = bindingsOf(view, home).map(({ lock }) => lock);
    checkUnpairing(context, waiting, confirm);
    const removal = { serviceId, homeId: home, waiting, atMs: time.nowMs };
    const rooms = [...view.list("room", [home])].map(({ roomId }) =>
      remove("room", [home, roomId]),
    );
    const changes = [
      remove("home", [home]),
      remove("order", [home]),
      ...rooms,
      ...forgottenRemoval(context),
      put("removal", [serviceId], removal),
    ];
    return { ...changing(changes, { serviceid: serviceId }), wake: waiting };
  },
});

/** @throws GatewayError `busy` when every deletion that is known is still under way */
function forgottenRemoval({ view }: CommandContext): readonly Change[] {
  const removals = [...view.list("removal")].sort((left, right) => left.atMs - right.atMs);
  if (removals.length < maxRemovals) return [];
  const oldest = removals.find(({ waiting }) => waiting.length === 0);
  if (oldest === undefined) throw new GatewayError("busy", "too many deletions are under way");
  return [remove("removal", [oldest.serviceId])];
}
