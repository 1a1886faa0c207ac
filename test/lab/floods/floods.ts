import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { connectAsync } from "mqtt";
import type { ProtectedHouse, SignedCommand } from "../../support/cloud/protected-house.ts";
import { call, post } from "../../support/rest/rest-client.ts";

/** An adversary, active for the duration of a flood. */
export interface Flood {
  readonly name: string;
  /** Begins it. @returns what ends it; how often it struck is counted by `count` */
  begin(house: ProtectedHouse, count: () => void): Promise<() => Promise<void>>;
}

/** MT_ZDO indications of the stick: END_DEVICE_ANNCE_IND, LEAVE_IND, TC_DEV_IND. */
const zdo = { subsystem: 5, announce: 0xc1, leave: 0xc9, join: 0xca } as const;
const u16 = (value: number) => [value & 0xff, value >> 8];

/** Repeats something until it is ended; one stroke follows the other, with a pause between. */
function repeated(pauseMs: number, strike: () => Promise<void> | void): () => Promise<void> {
  let isOver = false;
  const running = (async () => {
    while (!isOver) {
      await strike();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  })();
  // A failure is reported when the flood ends.
  running.catch(() => undefined);
  return async () => {
    isOver = true;
    await running;
  };
}

/** Twice the share of one address. */
const connectionsOfFlood = 64;

/** Keeps all connections that one address may have taken, each with the same part of a request. */
function halfOpen(name: string, bytes: string): Flood {
  return {
    name,
    begin: async (house, count) => {
      const sockets: Socket[] = [];
      const end = repeated(200, async () => {
        for (let at = 0; at < connectionsOfFlood; at += 1) {
          const socket = connect({ host: "127.0.0.1", port: house.tcp.port });
          socket.on("error", () => undefined).resume();
          sockets.push(socket);
          await once(socket, "connect");
          socket.write(bytes);
          count();
        }
        for (const socket of sockets.splice(0, sockets.length - 2 * connectionsOfFlood)) {
          socket.destroy();
        }
      });
      return async () => {
        await end();
        for (const socket of sockets) socket.destroy();
      };
    },
  };
}

function wrongSecrets(name: string, idOf: (guess: number) => string): Flood {
  return {
    name,
    begin: async (house, count) => {
      let guess = 0;
      return repeated(20, async () => {
        guess += 1;
        const pair = { client_id: idOf(guess), client_secret: "guess" };
        const { body } = await post(house.tcp, "/openapi/v1/access_token", pair);
        if (body.ErrNo === 0) throw new Error("a guess was taken");
        count();
      });
    },
  };
}

async function tokenOf(house: ProtectedHouse, client_id: string, scope: string): Promise<string> {
  const { client_secret } = await house.call("client_add", { client_id, scope });
  const pair = { client_id, client_secret };
  const { body } = await post(house.tcp, "/openapi/v1/access_token", pair);
  return String(body["access_token"]);
}

const eventWatchers: Flood = {
  name: "event watchers of one client, opened again all the time",
  begin: async (house, count) => {
    const authorization = `Bearer ${await tokenOf(house, "watcher", "technician")}`;
    const open: { destroy(): void }[] = [];
    const end = repeated(50, async () => {
      const outgoing = request({
        ...{ host: "127.0.0.1", port: house.tcp.port, path: "/api/events", agent: false },
        headers: { authorization },
      });
      outgoing.on("error", () => undefined).end();
      open.push(outgoing);
      const [response] = await once(outgoing, "response");
      response.on("error", () => undefined).resume();
      count();
    });
    return async () => {
      await end();
      for (const outgoing of open) outgoing.destroy();
    };
  },
};

const scans: Flood = {
  name: "150 scans of a technician who hangs up at once, again and again",
  begin: async (house, count) => {
    const authorization = `Bearer ${await tokenOf(house, "scanner", "technician")}`;
    return repeated(100, async () => {
      const sockets: Socket[] = [];
      for (let at = 0; at < 150; at += 1) {
        const socket = connect({ host: "127.0.0.1", port: house.tcp.port });
        socket.on("error", () => undefined).resume();
        await once(socket, "connect");
        socket.write(
          `POST /api/locks/${house.uuid}/scan HTTP/1.1\r\nHost: localhost\r\n` +
            `Authorization: ${authorization}\r\nContent-Length: 0\r\n\r\n`,
        );
        sockets.push(socket);
        count();
        if (sockets.length >= 15) for (const one of sockets.splice(0)) one.destroy();
      }
    });
  },
};

const patientScans: Flood = {
  name: "scans of a technician who waits for each answer, ten at a time",
  begin: async (house, count) => {
    const headers = { authorization: `Bearer ${await tokenOf(house, "patient", "technician")}` };
    return repeated(10, async () => {
      const path = `/api/locks/${house.uuid}/scan`;
      const asked = Array.from({ length: 10 }, () => {
        count();
        return call(house.tcp, path, { method: "POST", headers }).then(({ status }) => {
          // Either answer, the slots or busy, shows that the call exists and that the client may make it.
          if (![200, 429, 503].includes(status)) throw new Error(`a scan was answered ${status}`);
        });
      });
      await Promise.all(asked);
    });
  },
};

const knocks: Flood = {
  name: "strangers that knock at the closed network, 100 a second",
  begin: async (house, count) => {
    let address = 0;
    return repeated(10, () => {
      address = (address + 1) % 0x4000;
      const stranger = [...u16(0x2000 + address), 1, 2, 3, 4, 5, 6, ...u16(address), ...u16(0)];
      house.house.stick.tellHost(zdo.subsystem, zdo.join, Uint8Array.from(stranger));
      count();
    });
  },
};

const announcements: Flood = {
  name: "forged announcements of the lock, each with another address, 20 a second",
  begin: async (house, count) => {
    const ieee = [...Buffer.from(house.lock.ieee, "hex").reverse()];
    let address = 0;
    return repeated(50, () => {
      address = (address + 1) % 0x4000;
      const from = u16(0x6000 + address);
      const frame = Uint8Array.from([...from, ...from, ...ieee, 0x80]);
      house.house.stick.tellHost(zdo.subsystem, zdo.announce, frame);
      count();
    });
  },
};

const leaves: Flood = {
  name: "forged leaves of the lock, 20 a second",
  begin: async (house, count) => {
    const ieee = [...Buffer.from(house.lock.ieee, "hex").reverse()];
    return repeated(50, () => {
      const frame = Uint8Array.from([...u16(0x1234), ...ieee, 0, 0, 0]);
      house.house.stick.tellHost(zdo.subsystem, zdo.leave, frame);
      count();
    });
  },
};

/** A second client of the broker without an access list in its way. */
function published(
  name: string,
  perStroke: number,
  body: (house: ProtectedHouse) => Promise<string>,
) {
  return {
    name,
    begin: async (house: ProtectedHouse, count: () => void) => {
      const client = await connectAsync(house.brokerUrl);
      const topic = `latch/1/${house.gatewayId}/down/command`;
      const end = repeated(50, async () => {
        for (let at = 0; at < perStroke; at += 1) {
          await client.publishAsync(topic, await body(house), { qos: 1 });
          count();
        }
      });
      return async () => {
        await end();
        await client.endAsync(true);
      };
    },
  };
}

let number = 0;
let heard: SignedCommand | null = null;
const unsigned = published("unsigned commands over MQTT, 200 a second", 10, async (house) => {
  number += 1;
  const params = { uuid: house.uuid };
  return JSON.stringify({ id: `u-${number}`, command: "remote_unlock", params });
});
/** Signed a day and more ago by the cloud itself. */
const stale = published("old signed commands over MQTT, 100 a second", 5, async (house) => {
  const stored = await house.signed("unfrozen_password", { password_id: 1 }, 26 * 3_600);
  return stored.body;
});
/** A listener needs no key to replay a message that it has heard. */
const repeats = published(
  "a signed command repeated over MQTT, 200 a second",
  10,
  async (house) => {
    heard ??= await house.signed("rename_lock", { name: "front" });
    return heard.body;
  },
);
const oversize = published("commands of 100 KB over MQTT, 20 a second", 1, async () =>
  JSON.stringify({ id: "big", command: "add_password", params: { name: "x".repeat(100_000) } }),
);

const slowPost =
  "POST /openapi/v1/access_token HTTP/1.1\r\nHost: localhost\r\n" +
  "Content-Type: application/json\r\nContent-Length: 4096\r\n\r\n{";

/** No flood, for comparison, and every known kind of flood. */
export const floods: readonly Flood[] = [
  { name: "none", begin: async (_house, count) => repeated(50, count) },
  halfOpen("64 connections without a byte, opened again all the time", ""),
  halfOpen("64 connections with half a header", "GET /api/health HTTP/1.1\r\nHost: loc"),
  halfOpen("64 connections with half a body", slowPost),
  wrongSecrets("wrong secrets for clients that do not exist", (guess) => `nobody-${guess}`),
  wrongSecrets("wrong secrets for the owner, from the owner's address", () => "owner"),
  eventWatchers,
  scans,
  patientScans,
  knocks,
  announcements,
  leaves,
  unsigned,
  stale,
  repeats,
  oversize,
];
