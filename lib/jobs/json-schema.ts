import { z } from 'zod';
import { configurationSchema } from './schema.ts';

export const schemaFileName = 'sharepair.schema.json';

/** The JSON schema of the configuration file, which editors complete and check it by. */
export function schemaText(): string {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input' });
  return `${JSON.stringify({ ...schema, title: 'Sharepair configuration' }, undefined, 2)}\n`;
}
