/** A mail server of the owner's, and how its users are addressed. */
export interface MailConfig {
  /** `smtps://host:465`, or `smtp://host:587` that has to offer STARTTLS unless it is this machine. */
  readonly url: string;
  /** Whom messages come from. */
  readonly from: string;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  /** Telephone numbers become addresses of this domain; undefined = only addresses are written to. */
  readonly smsDomain: string | undefined;
}

/**
 * The mail address of a recipient.
 * @param to a telephone number ("86-135…") or a mail address
 * @returns null where mail cannot reach it
 */
export function mailAddressOf(to: string, { smsDomain }: MailConfig): string | null {
  if (/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(to)) return to;
  const digits = to.replaceAll(/[^0-9]/g, "");
  return smsDomain === undefined || digits === "" ? null : `${digits}@${smsDomain}`;
}
