/** Compressed forms of a file, the best first, with the ends of their names. */
export const codings = [
  { name: "br", suffix: ".br" },
  { name: "gzip", suffix: ".gz" },
] as const;

export type Coding = (typeof codings)[number];

/** Returns the best form that exists and that the caller reads, or null for the file as it is (RFC 9110 12.5.3). */
export function codingFor(
  accepted: string | undefined,
  existing: readonly Coding["name"][],
): Coding | null {
  if (accepted === undefined) return null;
  const weights = new Map(accepted.toLowerCase().split(",").map(weightOf));
  const isRead = (name: string) => (weights.get(name) ?? weights.get("*") ?? 0) > 0;
  return codings.find(({ name }) => existing.includes(name) && isRead(name)) ?? null;
}

/** A weight that is no number counts as 0. */
function weightOf(element: string): readonly [string, number] {
  const [name = "", ...parameters] = element.split(";").map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? "1";
  return [name, Number(weight)];
}
