// Checks Cypher statements with the grammar and the semantic analysis of Neo4j's own front end, as Neo4j compiled it to JavaScript.
// Called with a file: {schema, statements: [{name, text, parameters}]}. Writes what it finds: [{name, severity, message}].
import { readFileSync } from 'node:fs';
import { lintCypherQuery, testData } from '@neo4j-cypher/language-support';

const { schema, statements } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
// The functions and procedures of a server, as the package lists them for its own tests.
const { functions, procedures } = testData.mockSchema;
const found = statements.flatMap(({ name, text, parameters }) =>
  lintCypherQuery(text, { ...schema, functions, procedures, parameters, defaultLanguage: 'CYPHER 5' }).diagnostics
    .map(({ severity, message }) => ({ name, severity, message })));
console.log(JSON.stringify(found));
