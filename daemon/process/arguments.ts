/** What the daemon's command line says. */
export interface Arguments {
  readonly config?: string;
  readonly check?: boolean;
  readonly restore?: string;
  readonly passphraseFile?: string;
}

export const defaultConfigFile = "/etc/latchd/latchd.yaml";

/**
 * Reads the command line of a plain start: nothing, or the configuration alone. Everything else takes a
 * parser, which a start that is in a hurry does not load.
 * @returns null for everything else
 */
export function plainArguments(argv: readonly string[]): Arguments | null {
  const [option, config, ...others] = argv;
  if (option === undefined) return {};
  const isConfig = option === "-c" || option === "--config";
  if (!isConfig || config === undefined || others.length > 0) return null;
  return config === "" || config.startsWith("-") ? null : { config };
}
