import { Duration } from 'luxon';
import { z } from 'zod';
import { budgetSchema } from './budget-schema.ts';
import {
  ENDPOINT_FORM,
  endpointFault,
  FILE_SHARES_RESOURCE,
  isFileSharesResource,
  ORIGIN_FORM,
  originFault,
} from './endpoint.ts';
import { filtersSchema } from './filters-schema.ts';
import { describeFound } from './found.ts';
import { manifestSchema } from './manifest-schema.ts';
import { compareSchema, guardsSchema, tolerateSchema } from './mirror-schema.ts';
import { InvalidScheduleError, parseNcrontab } from './ncrontab.ts';
import { paceSchema } from './pace-schema.ts';
import { resourceManagerSchema } from './resource-manager-schema.ts';
import { retentionSchema } from './retention-schema.ts';
import { isKnownTimeZone } from './schedule.ts';
import { identifier, secret, settings, text, wholeNumber } from './schema-parts.ts';

export const CREDENTIAL_FORMS =
  '{"accountKey": …}, {"sas": …}, "managed-identity", {"managedIdentity": {"clientId": …}}, "default" ' +
  'or {"servicePrincipal": {"tenantId": …, "clientId": …, "clientSecret": …}}';

export const credentialSchema = z
  .union(
    [
      settings(
        { accountKey: secret('an account key', 'One of the two keys of the storage account, base64.') },
        'Signs requests with a key of the storage account.',
      ),
      settings(
        {
          sas: secret(
            'a shared access signature',
            'A shared access signature for the file service, with or without a question mark in front.',
          ),
        },
        'Adds a shared access signature to requests.',
      ),
      z
        .literal('managed-identity')
        .describe('The system-assigned managed identity of the machine or app that runs Sharepair.'),
      settings(
        {
          managedIdentity: settings(
            {
              clientId: identifier(
                'the client id of an identity',
                'Client id of the user-assigned managed identity.',
              ),
            },
            'Which managed identity.',
          ),
        },
        'A user-assigned managed identity.',
      ),
      z
        .literal('default')
        .describe(
          'The first identity that is found: environment variables, workload or managed identity, Azure CLI and others.',
        ),
      settings(
        {
          servicePrincipal: settings(
            {
              tenantId: identifier(
                'the id or domain of a tenant',
                'Id or a domain of the Microsoft Entra tenant.',
              ),
              clientId: identifier(
                'the client id of an app registration',
                'Application (client) id of the app registration.',
              ),
              clientSecret: secret('a client secret', 'Client secret of the app registration.'),
              authority: text(
                ORIGIN_FORM,
                originFault,
                'Where tokens come from, unless from https://login.microsoftonline.com.',
              ).optional(),
            },
            'Which app registration, and its secret.',
          ),
        },
        'A service principal: an app registration with a client secret.',
      ),
    ],
    { error: CREDENTIAL_FORMS },
  )
  .describe('How requests to the account prove who asks.');

export const endpointSchema = text(
  ENDPOINT_FORM,
  endpointFault,
  'File endpoint of the storage account: https://NAME.file.core.windows.net, or http://HOST:PORT/NAME for an emulator or a proxy. All requests go there.',
);

export const accountSchema = settings(
  {
    endpoint: endpointSchema,
    credential: credentialSchema,
    resourceManager: resourceManagerSchema.optional(),
  },
  'A storage account.',
);

const SHARE_NAME = 'a share name: 3 to 63 lower-case letters, digits and single hyphens, none at either end';

const SHARE_NAME_PATTERN = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** Rules: rest/api/storageservices/naming-and-referencing-shares--directories--files--and-metadata. */
function shareNameFault(name: string): string | boolean {
  if (isFileSharesResource(name)) return FILE_SHARES_RESOURCE;
  return !SHARE_NAME_PATTERN.test(name);
}

/** What a share reference must have for checks that compare shares; the schema proper checks it in full. */
export const shareReferenceSchema = z.object({ account: z.string(), share: z.string() });

const shareSettings = (description: string) =>
  settings(
    {
      account: z
        .string({ error: 'the name of an account' })
        .describe('Name of the storage account, as under "accounts".'),
      share: text(SHARE_NAME, shareNameFault, 'Name of the file share.').meta({
        pattern: SHARE_NAME_PATTERN.source,
      }),
    },
    description,
  );

const SCHEDULE =
  'an NCRONTAB schedule of six fields, {second} {minute} {hour} {day} {month} {weekday}, or five without the second';

function scheduleFault(expression: string): string | undefined {
  try {
    parseNcrontab(expression);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidScheduleError) return `${describeFound(expression, false)}: ${error.message}`;
    throw error;
  }
}

export const jobSchema = settings(
  {
    source: shareSettings('The share to back up.'),
    target: shareSettings('The share that holds the backup. No other job may have the same.'),
    schedule: text(
      SCHEDULE,
      scheduleFault,
      'When runs start: an NCRONTAB expression as Azure Functions reads it, five or six fields, seconds first when six. Without it the job runs only when started by hand.',
    ).optional(),
    timeZone: text(
      'the name of a time zone such as "Europe/Berlin"',
      (name) => !isKnownTimeZone(name),
      'IANA name of the time zone on whose clock the schedule is read, and whose days and hours the retention counts.',
    ).default('UTC'),
    retention: retentionSchema.default({ last: 30 }),
    budget: budgetSchema.prefault({}),
    filters: filtersSchema.optional(),
    compare: compareSchema.default('times'),
    guards: guardsSchema.optional(),
    tolerate: tolerateSchema.optional(),
    manifest: manifestSchema.optional(),
    rpo: text(
      'an ISO 8601 duration such as "PT4H" or "P1D"',
      (value) => !(Duration.fromISO(value).toMillis() > 0),
      'Oldest age that the newest recovery point may reach, as an ISO 8601 duration such as PT4H. Beyond it the backup counts as late.',
    ).optional(),
  },
  'A source share and the target share that it is backed up to.',
);

export const ACCOUNT_NAME =
  'a name of 1 to 63 letters, digits, hyphens and underscores that starts with a letter or digit';
export const JOB_NAME =
  'a name of 1 to 63 lower-case letters, digits and hyphens that starts with a letter or digit';

const requestsSchema = settings(
  {
    concurrency: wholeNumber(1, 256, 'Requests under way at once to each account, at most.').default(32),
    retries: wholeNumber(0, 20, 'How often a request that failed in passing is sent again.').default(5),
    retryDelayMs: wholeNumber(
      0,
      60_000,
      'Wait before the first retry, in milliseconds. It grows with each further one.',
    ).default(400),
    timeoutSeconds: wholeNumber(1, 3_600, 'Longest time for one attempt of a request, in seconds.').default(
      120,
    ),
    pace: paceSchema.optional(),
  },
  'How requests are sent to the storage accounts.',
);

/** The configuration file as it is written, before references are resolved. */
export const configurationSchema = settings(
  {
    $schema: z
      .string({ error: 'the address of a JSON schema' })
      .optional()
      .describe('Address of this JSON schema, for editors.'),
    accounts: z
      .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, { error: ACCOUNT_NAME }), accountSchema, {
        error: 'an object with a storage account under each name',
      })
      .describe('The storage accounts, each under the name that jobs use for it.'),
    jobs: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: JOB_NAME }), jobSchema, {
        error: 'an object with a job under each name',
      })
      .refine((jobs) => Object.keys(jobs).length > 0, { error: 'at least one job' })
      .describe('The jobs, each under its name.'),
    requests: requestsSchema.prefault({}),
  },
  'Configuration of Sharepair.',
);

export type WrittenConfiguration = z.output<typeof configurationSchema>;
export type WrittenAccount = z.output<typeof accountSchema>;
export type WrittenCredential = z.output<typeof credentialSchema>;
export type WrittenRequests = z.output<typeof requestsSchema>;
export type WrittenJob = z.output<typeof jobSchema>;
