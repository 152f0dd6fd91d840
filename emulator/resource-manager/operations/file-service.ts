import { z } from 'zod';
import { given } from '../../http/given.ts';
import type { Account, FileServiceProperties } from '../../state/index.ts';
import { invalidPropertyValue } from '../management-errors.ts';
import type { ManagementAnswer, ManagementRequest, ResourceManager } from '../management-request.ts';
import { optional, requestJson } from '../request-json.ts';
import { accountOf } from './addressed-resource.ts';
import { SKU } from './storage-account.ts';

type CorsRule = FileServiceProperties['cors'][number];

const texts = optional(z.array(z.string()));
const ruleSchema = z.object({
  allowedOrigins: texts,
  allowedMethods: texts,
  maxAgeInSeconds: optional(z.number()),
  exposedHeaders: texts,
  allowedHeaders: texts,
});

const encryptionSchema = optional(z.object({ required: optional(z.boolean()) }));

const serviceSchema = z.object({
  properties: optional(
    z.object({
      cors: optional(
        z.object({
          corsRules: optional(z.array(ruleSchema)),
        }),
      ),
      shareDeleteRetentionPolicy: optional(
        z.object({ enabled: optional(z.boolean()), days: optional(z.number()) }),
      ),
      protocolSettings: optional(
        z.object({
          smb: optional(
            z.object({
              multichannel: optional(z.object({ enabled: optional(z.boolean()) })),
              versions: optional(z.string()),
              authenticationMethods: optional(z.string()),
              kerberosTicketEncryption: optional(z.string()),
              channelEncryption: optional(z.string()),
              encryptionInTransit: encryptionSchema,
            }),
          ),
          nfs: optional(z.object({ encryptionInTransit: encryptionSchema })),
        }),
      ),
    }),
  ),
});

type RequestedRule = z.output<typeof ruleSchema>;

type RequestedService = NonNullable<z.output<typeof serviceSchema>['properties']>;

const NONE: RequestedService = {};

/** rest/api/storagerp/file-services/get-service-properties and file-services/list */
export function getFileService(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const resource = serviceResource(accountOf(request, manager), manager);
  return { status: 200, body: request.isCollection ? { value: [resource] } : resource };
}

/** rest/api/storagerp/file-services/set-service-properties; what the body leaves out stays */
export function setFileService(request: ManagementRequest, manager: ResourceManager): ManagementAnswer {
  const account = accountOf(request, manager);
  const requested = requestJson(request, serviceSchema).properties ?? NONE;
  account.serviceProperties = {
    ...account.serviceProperties,
    ...given({
      cors: requested.cors?.corsRules?.map(storedRule),
      shareDeleteRetention: retentionOf(requested),
      smbMultichannel: requested.protocolSettings?.smb?.multichannel?.enabled,
      smbSettings: smbSettingsOf(requested, account.serviceProperties),
      nfsEncryptionRequired: requested.protocolSettings?.nfs?.encryptionInTransit?.required,
    }),
  };
  return { status: 200, body: serviceResource(account, manager) };
}

function serviceResource(account: Account, manager: ResourceManager): unknown {
  const { cors, shareDeleteRetention, smbMultichannel, smbSettings, nfsEncryptionRequired } =
    account.serviceProperties;
  const { encryptionRequired, ...smb } = smbSettings ?? {};
  return {
    sku: SKU,
    id: `${manager.resources.idOf(account.name)}/fileServices/default`,
    name: 'default',
    type: 'Microsoft.Storage/storageAccounts/fileServices',
    properties: {
      protocolSettings: given({
        smb: given({
          ...smb,
          multichannel: smbMultichannel === undefined ? undefined : { enabled: smbMultichannel },
          encryptionInTransit:
            encryptionRequired === undefined ? undefined : { required: encryptionRequired },
        }),
        nfs:
          nfsEncryptionRequired === undefined
            ? undefined
            : { encryptionInTransit: { required: nfsEncryptionRequired } },
      }),
      cors: { corsRules: cors.map(toldRule) },
      shareDeleteRetentionPolicy: shareDeleteRetention,
    },
  };
}

const MAX_RETENTION_DAYS = 365;

function retentionOf({ shareDeleteRetentionPolicy: policy }: RequestedService) {
  if (policy === undefined) return undefined;
  const { enabled = false, days } = policy;
  const isAllowed = days !== undefined && Number.isInteger(days) && days >= 1 && days <= MAX_RETENTION_DAYS;
  if (enabled ? !isAllowed : days !== undefined && days !== 0 && !isAllowed) {
    throw invalidPropertyValue('shareDeleteRetentionPolicy.days', days);
  }
  return enabled ? { enabled, ...given({ days }) } : { enabled };
}

function smbSettingsOf({ protocolSettings }: RequestedService, before: FileServiceProperties) {
  const smb = protocolSettings?.smb;
  if (smb === undefined) return undefined;
  const { multichannel: _, encryptionInTransit, ...settings } = smb;
  return {
    ...before.smbSettings,
    ...given({ ...settings, encryptionRequired: encryptionInTransit?.required }),
  };
}

/** The data plane has the members of lists in one text. */
function storedRule(rule: RequestedRule): CorsRule {
  return {
    allowedOrigins: joined(rule.allowedOrigins),
    allowedMethods: joined(rule.allowedMethods),
    maxAgeInSeconds: rule.maxAgeInSeconds ?? 0,
    exposedHeaders: joined(rule.exposedHeaders),
    allowedHeaders: joined(rule.allowedHeaders),
  };
}

function toldRule(rule: CorsRule) {
  return {
    allowedOrigins: parted(rule.allowedOrigins),
    allowedMethods: parted(rule.allowedMethods),
    maxAgeInSeconds: rule.maxAgeInSeconds,
    exposedHeaders: parted(rule.exposedHeaders),
    allowedHeaders: parted(rule.allowedHeaders),
  };
}

function joined(parts: readonly string[] | undefined): string {
  return (parts ?? []).join(',');
}

function parted(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}
