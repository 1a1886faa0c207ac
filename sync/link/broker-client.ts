import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { IClientOptions, MqttClient } from "mqtt";
import mqttClient from "mqtt/lib/client";

/** Makes the MQTT.js client of one attempt; it begins to connect at once. */
export type OpenClient = (options: IClientOptions) => MqttClient;

/**
 * Returns what opens a client for a broker. TCP and TLS are opened here because `connect` of MQTT.js loads
 * its WebSockets and proxies for every broker, which costs some MiB of memory.
 * @param url `mqtt:`, `mqtts:`, `ws:` or `wss:`; a name and a password in it are used
 */
export async function openerOf(url: string): Promise<OpenClient> {
  const { protocol, hostname, port, username, password } = new URL(url);
  const named = {
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
  };
  if (protocol === "ws:" || protocol === "wss:") {
    const { connect } = await import("mqtt");
    return (options) => connect(url, options);
  }
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return (options) => {
    const open = protocol === "mqtts:" ? tlsTo(host, port, options) : tcpTo(host, port);
    const client: MqttClient = new mqttClient.default(open, { ...named, ...options });
    // An error before anybody listens also ends the connection, which reports it.
    client.on("error", () => {});
    return client;
  };
}

function tcpTo(host: string, port: string): () => Socket {
  return () => withoutDelay(connectTcp({ host, port: Number(port || 1883) }));
}

function tlsTo(
  host: string,
  port: string,
  { ca, cert, key }: IClientOptions,
): (client: MqttClient) => Socket {
  return (client) => {
    const socket = connectTls({
      host,
      port: Number(port || 8883),
      // An address is no server name (RFC 6066 §3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment cannot switch it off.
      rejectUnauthorized: true,
    });
    // MQTT.js forwards some TCP errors only: an error of the certificate would be lost.
    const forward = (error: Error) => {
      client.emit("error", error);
      socket.end();
    };
    socket.on("error", forward);
    socket.once("secureConnect", () => socket.off("error", forward));
    return withoutDelay(socket);
  };
}

/** MQTT.js writes a packet in parts; Nagle's algorithm would delay the last part by a round trip. */
function withoutDelay(socket: Socket): Socket {
  return socket.setNoDelay(true);
}
