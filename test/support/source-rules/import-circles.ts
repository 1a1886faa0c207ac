import { posix } from "node:path";
import ts from "typescript";

/**
 * Returns the circles of files that import each other, imports of types included, each as the sorted paths of its
 * files.
 * @param texts of the source files, by their path from the project's root
 */
export function importCircles(texts: ReadonlyMap<string, string>): readonly (readonly string[])[] {
  const graph = new Map([...texts].map(([path, text]) => [path, importsOf(path, text, texts)]));
  return stronglyConnected(graph).filter((circle) => circle.length > 1);
}

function importsOf(
  path: string,
  text: string,
  texts: ReadonlyMap<string, string>,
): readonly string[] {
  return ts
    .preProcessFile(text)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => posix.join(posix.dirname(path), fileName))
    .filter((imported) => imported !== path && texts.has(imported));
}

/** Tarjan's algorithm. Its recursion is as deep as the longest chain of imports. */
function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): readonly string[][] {
  const indexes = new Map<string, number>();
  const stack: string[] = [];
  const components: string[][] = [];
  const visit = (path: string): number => {
    const index = indexes.size;
    indexes.set(path, index);
    stack.push(path);
    let lowest = index;
    for (const imported of graph.get(path) ?? []) {
      const known = indexes.get(imported);
      if (known === undefined) lowest = Math.min(lowest, visit(imported));
      else if (stack.includes(imported)) lowest = Math.min(lowest, known);
    }
    if (lowest === index) components.push(stack.splice(stack.indexOf(path)).sort());
    return lowest;
  };
  for (const path of graph.keys()) if (!indexes.has(path)) visit(path);
  return components;
}
