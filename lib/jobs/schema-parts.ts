import { z } from 'zod';

/*
 * Every message here is the end of "expected …". A check that can say more than the value itself puts the end
 * of "found …" into `params.found`.
 */

export const secret = (what: string, description: string) =>
  z
    .string({ error: what })
    .min(1, { error: what })
    .describe(`${description} \`env:NAME\` takes it from the environment variable NAME.`);

export const identifier = (what: string, description: string) =>
  z
    .string({ error: what })
    .regex(/^[0-9A-Za-z][0-9A-Za-z.-]*$/, { error: what })
    .describe(description);

export const text = (
  what: string,
  fault: (value: string) => string | boolean | undefined,
  description: string,
) =>
  z
    .string({ error: what })
    .superRefine((value, context) => {
      const found = fault(value);
      if (found === undefined || found === false) return;
      context.addIssue({ code: 'custom', message: what, ...(found === true ? {} : { params: { found } }) });
    })
    .describe(description);

export const wholeNumber = (min: number, max: number, description: string) => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error }).describe(description);
};

export const settings = <Shape extends z.core.$ZodLooseShape>(shape: Shape, description: string) =>
  z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `only the settings ${Object.keys(shape).join(', ')}`
          : `an object with the settings ${Object.keys(shape).join(', ')}`,
    })
    .describe(description);
