import type { RequestListener } from "node:http";
import type { Command } from "../../commands/command.ts";
import { Authenticator } from "../authenticator.ts";
import { OriginCheck } from "../listener/origin-check.ts";
import { OwnNames } from "../listener/own-names.ts";
import type { ApiOptions } from "../options.ts";
import { PageFiles } from "../page/page-files.ts";
import { buildServer } from "../server.ts";
import { SessionRoute } from "../session/session-route.ts";
import { Sessions } from "../session/sessions.ts";
import { ActionRoute } from "./action-route.ts";
import { CommandRoute } from "./command-route.ts";
import { EventStreams, eventStreamLimits } from "./event-stream.ts";

/** The servers of the requests of both listeners. */
export interface Requests {
  readonly socket: RequestListener;
  readonly rest: RequestListener;
  /** Ends every stream of events. */
  close(): void;
}

/** Builds routes, authentication and the two servers. */
export async function serveRequests(options: ApiOptions): Promise<Requests> {
  const { executor, log, health, metrics, version, clock, v16Status } = options;
  const table = await options.table();
  const authenticator = new Authenticator(options.credentials, clock);
  const securityLog = options.securityLog ?? log;
  const sessions = new Sessions(options.credentials, clock, securityLog);
  const session = new SessionRoute({ ...options, sessions, securityLog });
  const limits = options.eventLimits ?? eventStreamLimits;
  const { view } = options.credentials;
  const events = new EventStreams(options.events, { view, log }, limits);
  const pairing = new EventStreams(options.pairing, { view, log }, limits);
  const commands = byName(table.commands);
  const actions = byName(table.actions);
  const build = async (kind: "rest" | "socket"): Promise<RequestListener> => {
    const route = new CommandRoute({
      kind,
      commands,
      executor,
      authenticator,
      sessions,
      securityLog,
      refusals: options.refusals,
      v16Status,
    });
    const server = await buildServer({
      route,
      session,
      actions: new ActionRoute({ actions, executor, route, clock, log }),
      events,
      pairing,
      metrics,
      view,
      described: { commands: table.commands, actions: table.actions, version, v16Status },
      health,
      page:
        kind === "rest"
          ? {
              files: new PageFiles(options.page),
              authority: () => options.tls?.authority ?? null,
            }
          : null,
      originCheck: kind === "rest" ? browserGuard(options) : null,
      log,
    });
    return (request, response) => server.routing(request, response);
  };
  const [socket, rest] = await Promise.all([build("socket"), build("rest")]);
  const close = (): void => {
    events.close();
    pairing.close();
  };
  return { socket, rest, close };
}

function byName(commands: readonly Command[]): ReadonlyMap<string, Command> {
  return new Map(commands.map((command) => [command.name, command]));
}

function browserGuard({ host, allowedHosts, publicUrl, tls, ownNames }: ApiOptions): OriginCheck {
  const own = new OwnNames(ownNames);
  return new OriginCheck({
    hosts: [host, ...allowedHosts],
    scheme: tls === null ? "http" : "https",
    publicUrl: publicUrl ?? null,
    isOwn: (name) => own.has(name),
  });
}
