import ts from "typescript";
import type { SourceFile } from "./source-tree.ts";

export interface BranchCount {
  readonly name: string;
  readonly line: number;
  readonly branches: number;
}

const branching: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.CatchClause,
]);

const shortCircuits: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);

/**
 * Counts the branches of each function in a file: if, ?:, loops, catch, &&, ||, ?? and each case that has statements.
 * A function inside another one counts for itself. Code outside functions is listed as `<file>`.
 */
export function branchCounts({ path, text }: SourceFile): BranchCount[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const counts: BranchCount[] = [];
  const countIn = (node: ts.Node, name: string): void => {
    let branches = 0;
    const visit = (child: ts.Node): void => {
      if (ts.isFunctionLike(child)) {
        countIn(child, nameOf(child)?.getText(source) ?? name);
        return;
      }
      if (isBranch(child)) branches += 1;
      ts.forEachChild(child, visit);
    };
    ts.forEachChild(node, visit);
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    counts.push({ name, line, branches });
  };
  countIn(source, "<file>");
  return counts;
}

/** An arrow function has the name of the variable or property that it is the value of. */
function nameOf(node: ts.SignatureDeclaration): ts.Node | undefined {
  const { parent } = node;
  const isValue = ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent);
  return node.name ?? (isValue ? parent.name : undefined);
}

function isBranch(node: ts.Node): boolean {
  if (ts.isCaseClause(node)) return node.statements.length > 0;
  if (ts.isBinaryExpression(node)) return shortCircuits.has(node.operatorToken.kind);
  return branching.has(node.kind);
}
