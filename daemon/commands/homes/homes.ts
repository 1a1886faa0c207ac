import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { HomeRecord } from "../../core/model/home/home.ts";
import { type Change, put, remove } from "../../store/store.ts";
import type { Command, CommandContext, Decision } from "../command.ts";
import { writeCommand } from "../passwords/password-change.ts";
import { answer, readCommand } from "../read-command.ts";
import { checkUnpairing, confirmation } from "../removal-limit.ts";
import { homeId, text } from "../schema/request-fields.ts";
import { bindingsOf, findHome } from "./lock-location.ts";

/** More than one gateway's radio reaches; at the limit `add_home` is refused with 16002. */
export const maxHomes = 256;
/** Deletions that can be followed; beyond it the oldest finished one is forgotten. */
export const maxRemovals = 256;

/** `find_home_devices` answers with the homes' ids beside these. */
const answerWords: ReadonlySet<string> = new Set(["ErrNo", "ErrMsg"]);

const addInput = Type.Object(
  {
    home_id: homeId,
    home_name: Type.Optional(text("name")),
    location: Type.Optional(text("address, to the door number", 256)),
    description: Type.Optional(text("free text", 512)),
  },
  { additionalProperties: false },
);

const addHome = writeCommand({
  name: "add_home",
  summary: "Adds a home; rooms, the gateway and locks come under it.",
  input: addInput,
  run({ view, time }, wanted) {
    if (answerWords.has(wanted.home_id)) {
      const text = `home_id: ${wanted.home_id} is a word of every answer; take another`;
      throw new GatewayError("badParameters", text, { field: "home_id" });
    }
    if (view.get("home", [wanted.home_id]) !== undefined) {
      throw new GatewayError("duplicate", `home_id: ${wanted.home_id} exists already`, {
        field: "home_id",
      });
    }
    if ([...view.list("home")].length >= maxHomes) {
      throw new GatewayError("busy", `there are ${maxHomes} homes; delete one first`);
    }
    const home: HomeRecord = {
      homeId: wanted.home_id,
      name: wanted.home_name ?? "",
      location: wanted.location ?? "",
      description: wanted.description ?? "",
      spState: 1,
      gatewayBoundAtMs: null,
      createdAtMs: time.nowMs,
    };
    return { ...answer({}), changes: [put("home", [home.homeId], home)] };
  },
});

const updateInput = Type.Object(
  {
    home_id: homeId,
    sp_state: Type.Optional(
      Type.Union([Type.Literal(1), Type.Literal(2)], {
        description: "1 not installed, 2 manageable",
      }),
    ),
    home_name: Type.Optional(text("name")),
    location: Type.Optional(text("address, to the door number", 256)),
    description: Type.Optional(text("free text", 512)),
  },
  { additionalProperties: false },
);

const updateHome = writeCommand({
  name: "update_home",
  summary: "Changes a home's state or words; what is absent stays.",
  input: updateInput,
  run({ view }, wanted) {
    const home = findHome(view, wanted.home_id);
    const next: HomeRecord = {
      ...home,
      spState: wanted.sp_state ?? home.spState,
      name: wanted.home_name ?? home.name,
      location: wanted.location ?? home.location,
      description: wanted.description ?? home.description,
    };
    return { ...answer({}), changes: [put("home", [home.homeId], next)] };
  },
});

const deleteHome = writeCommand({
  name: "del_home",
  summary: "Deletes a home with its rooms; a bound gateway goes, and its locks are unpaired.",
  input: Type.Object({ home_id: homeId, confirm: confirmation }, { additionalProperties: false }),
  output: Type.Object({
    serviceid: Type.String({ description: "for find_service: how far the deletion has got" }),
  }),
  run: (context, input) => removeHome(context, input.home_id, input.confirm),
});

/** The home is gone at once; its locks are unpaired one after the other from then on. */
function removeHome(context: CommandContext, id: string, confirm: boolean | undefined): Decision {
  const { view, time } = context;
  const home = findHome(view, id);
  const bindings = bindingsOf(view, home.homeId);
  const serviceId = context.newId();
  const waiting = bindings.map(({ lock }) => lock);
  checkUnpairing(context, waiting, confirm);
  const removal = { serviceId, homeId: home.homeId, waiting, atMs: time.nowMs };
  const changes: Change[] = [
    remove("home", [home.homeId]),
    remove("order", [home.homeId]),
    ...[...view.list("room", [home.homeId])].map(({ roomId }) =>
      remove("room", [home.homeId, roomId]),
    ),
    ...forgotten(context),
    put("removal", [serviceId], removal),
  ];
  return { ...answer({ serviceid: serviceId }), changes, wake: waiting };
}

function forgotten({ view }: CommandContext): readonly Change[] {
  const removals = [...view.list("removal")].sort((left, right) => left.atMs - right.atMs);
  if (removals.length < maxRemovals) return [];
  const oldest = removals.find(({ waiting }) => waiting.length === 0);
  if (oldest === undefined) throw new GatewayError("busy", "too many deletions are under way");
  return [remove("removal", [oldest.serviceId])];
}

const findService = readCommand({
  name: "find_service",
  summary: "How far a deletion has got, by the serviceid that del_home gave.",
  access: "manager",
  input: Type.Object(
    { serviceid: Type.String({ minLength: 1, maxLength: 64, description: "from del_home" }) },
    { additionalProperties: false },
  ),
  output: Type.Object({
    home_id: Type.String(),
    state: Type.Integer({ description: "1 under way, 3 done" }),
    waiting: Type.Array(Type.String(), { description: "locks that are still to be unpaired" }),
  }),
  run({ view }, { serviceid }) {
    const removal = view.get("removal", [serviceid]);
    if (removal === undefined) {
      throw new GatewayError("notFound", `serviceid: ${serviceid} is not known`, {
        field: "serviceid",
      });
    }
    const { homeId: home, waiting } = removal;
    return answer({ home_id: home, state: waiting.length === 0 ? 3 : 1, waiting });
  },
});

export const homeCommands: readonly Command[] = [addHome, updateHome, deleteHome, findService];
