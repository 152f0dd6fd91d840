import { writeFile } from 'node:fs/promises';
import { schemaFileName, schemaText } from '../lib/jobs/json-schema.ts';

/** Writes the JSON schema of the configuration to the top of the repository, from where the package ships it. */
await writeFile(new URL(`../${schemaFileName}`, import.meta.url), schemaText());
