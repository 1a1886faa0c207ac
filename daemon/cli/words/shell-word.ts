/** Returns a text as one word of bash and zsh, so that a line with it can be pasted. */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{N}_./:@%+-]+$/u.test(text)) return text;
  if (!/["\\$`!]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Returns a sentence with values in the places of the names in braces, each as a word of the shell. */
export function sentence(template: string, values: ReadonlyMap<string, string>): string {
  return template.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => values.get(name) ?? name);
}
