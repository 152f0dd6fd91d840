import type { z } from 'zod';
import type { ResourceManagerPlace } from '../azure/resource-manager.ts';
import { normalizeEndpoint, ORIGIN_FORM, originFault } from './endpoint.ts';
import { settings, text } from './schema-parts.ts';

const SUBSCRIPTION = 'the id of a subscription, such as 8f7a5d0e-3a44-4d5c-9c1e-0b6f2d1c9e77';
const SUBSCRIPTION_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const RESOURCE_GROUP =
  'the name of a resource group: 1 to 90 letters, digits, hyphens, underscores, periods and parentheses, no period at its end';
/** azure/azure-resource-manager/management/resource-name-rules, Microsoft.Resources. */
const RESOURCE_GROUP_PATTERN = /^[-\p{L}\p{N}_.()]{0,89}[-\p{L}\p{N}_()]$/u;

export const resourceManagerSchema = settings(
  {
    subscription: text(
      SUBSCRIPTION,
      (value) => !SUBSCRIPTION_PATTERN.test(value),
      'Id of the subscription that the storage account is in.',
    ),
    resourceGroup: text(
      RESOURCE_GROUP,
      (value) => !RESOURCE_GROUP_PATTERN.test(value),
      'Name of the resource group that the storage account is in.',
    ),
    endpoint: text(
      ORIGIN_FORM,
      originFault,
      'Address of Azure Resource Manager, which differs in other clouds than the public one.',
    ).default('https://management.azure.com'),
    audience: text(
      ORIGIN_FORM,
      originFault,
      'What tokens for Azure Resource Manager are for, where that is not its address.',
    ).optional(),
  },
  'Makes, lists and deletes shares and snapshots, and holds the lock, by Azure Resource Manager rather than by the file endpoint. Needs a credential with a token.',
);

/** The mistake of an account that is to be asked by Resource Manager, which takes tokens alone. */
export const TOKEN_NEEDED =
  'beside "resourceManager" a credential with a token: "managed-identity", {"managedIdentity": …}, "default" or {"servicePrincipal": …}';

/** Where Resource Manager knows an account, of settings without a mistake. */
export function resourceManagerPlace(written: z.output<typeof resourceManagerSchema>): ResourceManagerPlace {
  const { subscription, resourceGroup, audience } = written;
  const endpoint = normalizeEndpoint(written.endpoint);
  return {
    subscription,
    resourceGroup,
    endpoint,
    audience: audience === undefined ? endpoint : normalizeEndpoint(audience),
  };
}
