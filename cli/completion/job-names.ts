import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const jobsSchema = z.object({ jobs: z.record(z.string(), z.unknown()) });

/** The jobs that a configuration names, mistakes elsewhere in it left aside; none where it cannot be read. */
export async function readJobNames(fileName: string): Promise<readonly string[]> {
  const { parseDocument } = await import('../../lib/jobs/document.ts');
  try {
    const parsed = parseDocument(await readFile(fileName, 'utf8'));
    if ('problems' in parsed) return [];
    return Object.keys(jobsSchema.parse(parsed.document.value).jobs);
  } catch {
    return [];
  }
}
