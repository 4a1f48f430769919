// Generates a client from the server's OpenAPI document, compiles openapi-calls.ts with it, and makes the calls.
// Arguments: the server's address, a key, an empty folder.
import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';

const [address, key, folder] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));

const document = await (await fetch(`${address}/openapi/v1.json`, { headers: { 'X-Api-Key': key } })).json();
symlinkSync(join(here, 'node_modules'), join(folder, 'node_modules'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
writeFileSync(join(folder, 'schema.d.ts'), astToString(await openapiTS(document)));
copyFileSync(join(here, 'openapi-calls.ts'), join(folder, 'calls.ts'));

const program = ts.createProgram([join(folder, 'calls.ts')], {
  strict: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
});
const problems = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
if (problems.length > 0) {
  console.error(ts.formatDiagnostics(problems, { getCanonicalFileName: name => name, getCurrentDirectory: () => folder, getNewLine: () => '\n' }));
  process.exit(1);
}

const { run } = await import(pathToFileURL(join(folder, 'calls.js')));
console.log(`${await run(address, key)} calls`);
