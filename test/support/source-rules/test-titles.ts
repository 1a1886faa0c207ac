import ts from "typescript";
import type { SourceFile } from "./source-tree.ts";

export interface TestTitle {
  readonly kind: "describe" | "it";
  /** Titles of the suites around it, outermost first. A value in a template is written `…`. */
  readonly suites: readonly string[];
  readonly title: string;
}

/** Words that cannot begin a predicate, nor its subject: a title that begins with one is a fragment. */
const fragmentStarts: ReadonlySet<string> = new Set(
  (
    "of that which whose who whom when where while with without by on in at from to for and or but because also " +
    "even only not if as than since after before until during between under over through"
  ).split(" "),
);

/** Phrases of no other project, and words that had several meanings here: see docs/glossary.md. */
const unclear =
  /\b(anew|so many|told|held|ether|(?:is|are|was|were) to|ha(?:s|ve) to|by then|(?:gets?|goes?|going) on|at its word|(?:gives?|given) up|lets? go|let go|witness(?:es)?)\b/;

/** Returns the titles of a test file that are literals or templates. */
export function testTitles({ path, text }: SourceFile): TestTitle[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const titles: TestTitle[] = [];
  const visit = (node: ts.Node, suites: readonly string[]): void => {
    const call = titledCall(node);
    if (call !== null) titles.push({ ...call, suites });
    const inner = call?.kind === "describe" ? [...suites, call.title] : suites;
    ts.forEachChild(node, (child) => visit(child, inner));
  };
  visit(source, []);
  return titles;
}

function titledCall(node: ts.Node): Pick<TestTitle, "kind" | "title"> | null {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return null;
  const kind = node.expression.text;
  const [argument] = node.arguments;
  if ((kind !== "describe" && kind !== "it") || argument === undefined) return null;
  if (ts.isStringLiteralLike(argument)) return { kind, title: argument.text };
  if (!ts.isTemplateExpression(argument)) return null;
  const spans = argument.templateSpans.map(({ literal }) => `…${literal.text}`);
  return { kind, title: [argument.head.text, ...spans].join("") };
}

/** Returns what is wrong with the form of a title, or null. */
export function titleFault({ kind, suites, title }: TestTitle): string | null {
  if (/[.!;:,]$/.test(title)) return "ends with a punctuation mark";
  const phrase = unclear.exec(title)?.[0];
  if (phrase !== undefined) return `says "${phrase}"`;
  return kind === "it" ? testFault(suites, title) : suiteFault(suites, title);
}

function testFault(suites: readonly string[], title: string): string | null {
  const [first = "", ...others] = title.split(" ");
  if (suites.length === 0) return "is in no describe, which would name its subject";
  if (others.length === 0) return "has a single word";
  if (wordCount([...suites, title]) < 4) return "makes a sentence of fewer than 4 words";
  if (fragmentStarts.has(first.toLowerCase()))
    return `begins with "${first}", not a verb or a subject`;
  if (/^[A-Z][a-z]+$/.test(first)) return "begins with a capital letter";
  return null;
}

function suiteFault(suites: readonly string[], title: string): string | null {
  const [first = ""] = title.split(" ");
  // Inside another suite the title may say more about that suite's subject: "with a full disk".
  return suites.length === 0 && fragmentStarts.has(first)
    ? `begins with "${first}", not a subject`
    : null;
}

function wordCount(titles: readonly string[]): number {
  return titles.join(" ").split(" ").length;
}
