import { plain, type Row } from "./rows.ts";

const remotes = ["remote_lock", "remote_unlock"] as const;

/** Cases that need preparation: a lock without the command, and a stick that was unplugged. */
export const stageRows: readonly Row[] = [
  ...remotes.map(
    (call): Row => ({
      call,
      about: "of a lock that does not know the command",
      error: "unsupported",
      field: "uuid",
      params: ({ short }) => ({ uuid: short }),
    }),
  ),
  {
    call: "permit_join",
    about: "without a stick",
    error: "stickOffline",
    before: async ({ gateway }) => {
      await gateway.house.stick.unplug();
      await gateway.until("the stick to be missed", async () => {
        const { body } = await gateway.local("get_stick");
        return body["state"] === "offline" ? true : null;
      });
    },
    params: plain({}),
  },
  ...remotes.map(
    (call): Row => ({
      call,
      about: "without a stick",
      error: "stickOffline",
      params: ({ flat }) => ({ uuid: flat }),
    }),
  ),
];
