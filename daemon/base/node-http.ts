/**
 * Node's `node:http`, loaded without the module's list of exports. An `import` of its values reads every export, and one of
 * them loads undici: 5 MiB and 70 modules on Node 22 and later. Types may still be imported from "node:http".
 */
export const nodeHttp = process.getBuiltinModule("node:http");
