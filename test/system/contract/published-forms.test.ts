import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PartnerHouse, transports } from "../../support/cloud/partner-house.ts";
import { nextWeek, type Params, records } from "./rows.ts";

type Reply = Readonly<Record<string, unknown>>;

const begin = nextWeek;
const end = nextWeek + 7200;

/** What docs/from-v1.6.md promises of requests and replies, on the whole gateway. */
describe("the forms that the published document prints", { timeout: 300_000 }, () => {
  let house: PartnerHouse;

  before(async () => {
    house = await PartnerHouse.open();
    await house.gateway.must("add_home", { home_id: "h1" });
    const visit = { home_id: "h1", date: begin, time: 101, name: "K", phone: "135" };
    await house.gateway.must("order_add", visit);
  });

  after(() => house.close());

  for (const transport of transports) {
    describe(`over ${transport}`, () => {
      const uuid = () => house.lockOf(transport);
      const call = (name: string, params: Params) => house.call(transport, name, params);

      async function done(name: string, params: Params): Promise<Reply> {
        const reply = await call(name, { uuid: uuid(), ...params });
        assert.equal(reply["ErrNo"], 0, `${name} ${JSON.stringify(params)}: ${reply["ErrMsg"]}`);
        return reply;
      }

      async function refused(name: string, params: Params, text: RegExp): Promise<void> {
        const before = await wanted();
        const reply = await call(name, { uuid: uuid(), ...params });
        assert.equal(reply["ErrNo"], 14_001, JSON.stringify(params));
        assert.match(String(reply["ErrMsg"]), text);
        assert.deepEqual(await wanted(), before, "a refusal changes nothing");
      }

      /** What the lock should have, whether it has it yet or not. */
      async function wanted(): Promise<unknown> {
        const passwords = await house.gateway.passwords(uuid());
        return passwords.map(({ id, permission, revision }) => [id, permission, revision]);
      }

      async function permission(id: unknown): Promise<unknown> {
        const { passwords } = await done("fetch_passwords", {});
        return records(passwords).find((one) => one["id"] === id)?.["permission"];
      }

      const period = { begin, end, status: 2 };
      const permanent = { begin: 0, end: 0, status: 2 };

      it("give a period flat and as permission {begin, end}, in both calls", async () => {
        const forms: readonly Params[] = [
          { permission_begin: begin, permission_end: end },
          { permisson_begin: begin, permission_end: end },
          { permission: { begin, end } },
          { permission: { begin, end }, permission_begin: begin, permission_end: end },
        ];
        const { password_id: id } = await done("add_password", { password: "200000" });
        for (const form of forms) {
          const added = await done("add_password", { password: "200001", ...form });
          assert.deepEqual(await permission(added["password_id"]), period, JSON.stringify(form));
          await done("delete_password", { password_id: added["password_id"] });
          await done("update_password", { password_id: id, permission: null });
          await done("update_password", { password_id: id, ...form });
          assert.deepEqual(await permission(id), period, JSON.stringify(form));
          await house.gateway.until("the code to be gone", async () =>
            (await permission(added["password_id"])) === undefined ? true : null,
          );
        }
      });

      it("mean permanent by 0, null and an empty text, in both forms and both calls", async () => {
        const { password_id: id } = await done("add_password", { password: "200002" });
        for (const empty of [0, null, ""]) {
          const flat = { permission_begin: empty, permission_end: empty };
          const inside = { permission: { begin: empty, end: empty } };
          for (const form of [flat, inside, ...(empty === 0 ? [] : [{ permission: empty }])]) {
            const added = await done("add_password", { password: "200003", ...form });
            assert.deepEqual(
              await permission(added["password_id"]),
              permanent,
              JSON.stringify(form),
            );
            await done("delete_password", { password_id: added["password_id"] });
            await done("update_password", { password_id: id, permission: { begin, end } });
            assert.deepEqual(await permission(id), period);
            await done("update_password", { password_id: id, ...form });
            assert.deepEqual(await permission(id), permanent, JSON.stringify(form));
            await house.gateway.until("the code to be gone", async () =>
              (await permission(added["password_id"])) === undefined ? true : null,
            );
          }
        }
      });

      it("leave an edge as it is that a flat update does not name", async () => {
        const { password_id: id } = await done("add_password", {
          password: "200004",
          permission: { begin, end },
        });
        await done("update_password", { password_id: id, permission_end: end + 3600 });
        assert.deepEqual(await permission(id), { begin, end: end + 3600, status: 2 });
        await done("update_password", { password_id: id, permission_begin: "" });
        assert.deepEqual(await permission(id), { begin: 0, end: end + 3600, status: 2 });
      });

      it("are refused where two forms do not say the same", async () => {
        const password = "200005";
        await refused(
          "add_password",
          { password, permission: null, permission_end: end },
          /^permission_end: says otherwise than permission\.end/,
        );
        await refused(
          "add_password",
          { password, permission_begin: begin, permisson_begin: begin + 1 },
          /^permisson_begin: says otherwise than permission_begin/,
        );
        const { password_id: id } = await done("add_password", { password });
        await refused(
          "update_password",
          { password_id: id, permission: { end }, permission_begin: begin },
          /^permission_begin: says otherwise than permission\.begin/,
        );
      });

      it("are not guessed: a mistyped field would make a code permanent", async () => {
        for (const field of ["permission_ends", "permision_end", "end"]) {
          await refused(
            "add_password",
            { password: "200006", [field]: end },
            new RegExp(`${field}:`),
          );
        }
        await refused(
          "add_password",
          { password: "200006", permission: { begin, ends: end } },
          /permission\.ends:/,
        );
      });

      it("are refused in milliseconds, with a hint", async () => {
        const hint = "that is milliseconds: give Unix seconds";
        await refused(
          "add_password",
          { password: "200008", permission_end: end * 1000 },
          new RegExp(`^permission_end: ${hint}$`),
        );
        await refused(
          "add_password",
          { password: "200008", permission: { end: end * 1000 } },
          new RegExp(`^permission\\.end: ${hint}$`),
        );
      });

      it("have a permanent administrator's password with 0 as begin and end", async () => {
        assert.deepEqual(await permission(999), { begin: 0, end: 0, status: 1 });
      });

      it("name a lock in capitals too, and tell it in lower case", async () => {
        const shouted = { uuid: uuid().toUpperCase() };
        const info = await done("get_lock_info", shouted);
        assert.equal(info["uuid"], uuid());
        const { password_id: id } = await done("add_password", { ...shouted, password: "200007" });
        assert.notEqual(await permission(id), undefined);
        const { lock_events: events } = await done("get_lock_events", shouted);
        assert.deepEqual(events, []);
      });

      it("have the order itself as the value of its home", async () => {
        const { result } = await call("find_orders", { home_id: ["h1", "h2"] });
        assert.deepEqual(Object.keys(Object(result)), ["h1"]);
        const { home_id, stage, demander } = Object(result).h1;
        assert.deepEqual([home_id, stage, demander.expect_time], ["h1", 1, 101]);
      });
    });
  }
});
