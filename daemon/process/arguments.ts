/** The arguments of the daemon's command line. */
export interface Arguments {
  readonly config?: string;
  readonly check?: boolean;
  readonly version?: boolean;
  /** With `version`: what tells one build from another, as JSON. */
  readonly json?: boolean;
  readonly restore?: string;
  readonly passphraseFile?: string;
}

export const defaultConfigFile = "/etc/latchd/latchd.yaml";

/**
 * Reads the command line of a usual start: nothing, or the configuration alone. Other arguments need a parser, which
 * a usual start does not load.
 * @returns null for other arguments
 */
export function plainArguments(argv: readonly string[]): Arguments | null {
  const [option, config, ...others] = argv;
  if (option === undefined) return {};
  const isConfig = option === "-c" || option === "--config";
  if (!isConfig || config === undefined || others.length > 0) return null;
  return config === "" || config.startsWith("-") ? null : { config };
}
