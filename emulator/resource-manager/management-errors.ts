import { ServiceError } from '../state/index.ts';

/** An error of Resource Manager or of the storage resource provider rather than of the file service. */
export class ManagementError extends ServiceError {}

/**
 * The errors of Resource Manager itself and of the storage resource provider; those of shares are the file
 * service's own. learn.microsoft.com azure/azure-resource-manager/troubleshooting/common-deployment-errors.
 */
export const missingApiVersion = () =>
  new ManagementError(
    400,
    'MissingApiVersionParameter',
    'The api-version query parameter (?api-version=) is required for all requests.',
  );

export const invalidApiVersion = (version: string) =>
  new ManagementError(
    400,
    'InvalidApiVersionParameter',
    `The api-version '${version}' is invalid. The supported versions are of the form '2025-08-01' or '2025-08-01-preview'.`,
  );

/** 401; the challenge tells token clients where to get a token. */
export const authenticationFailed = (code: string, message: string) =>
  new ManagementError(401, code, message, {
    headers: {
      'www-authenticate': `Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token", error_description="${message.replaceAll('"', "'")}"`,
    },
  });

export const authorizationFailed = (principal: string, action: string, scope: string) =>
  new ManagementError(
    403,
    'AuthorizationFailed',
    `The client '${principal}' with object id '${principal}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );

export const subscriptionNotFound = (subscriptionId: string) =>
  new ManagementError(
    404,
    'SubscriptionNotFound',
    `The subscription '${subscriptionId}' could not be found.`,
  );

export const resourceGroupNotFound = (name: string) =>
  new ManagementError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);

export const resourceNotFound = (account: string, resourceGroup: string) =>
  new ManagementError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.Storage/storageAccounts/${account}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );

/** 404 of everything that this emulator does not serve. */
export const invalidResourceType = (path: string) =>
  new ManagementError(404, 'InvalidResourceType', `The resource type of '${path}' could not be found.`);

export const methodNotAllowed = (method: string) =>
  new ManagementError(405, 'MethodNotAllowed', `The method ${method} is not allowed on this resource.`);

export const invalidRequestContent = (reason: string) =>
  new ManagementError(
    400,
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${reason}'.`,
  );

export const invalidPropertyValue = (property: string, value: unknown) =>
  new ManagementError(
    400,
    'InvalidRequestPropertyValue',
    `The value '${String(value)}' is not allowed for property ${property}.`,
  );

/** 400 for a property that the request needs and lacks. */
export const missingProperty = (property: string) =>
  new ManagementError(
    400,
    'InvalidValuesForRequestParameters',
    `Values for request parameters are invalid: ${property}.`,
  );

/** 429; `window` is `00:05:00`, as the storage resource provider words it. */
export const tooManyRequests = (kind: string, window: string, retryAfterSeconds: number) =>
  new ManagementError(
    429,
    'TooManyRequests',
    `The request is being throttled as the limit has been reached for operation type - ${kind}_ObservationWindow_${window}. For more information, see - https://aka.ms/srpthrottlinglimits`,
    { headers: { 'retry-after': String(retryAfterSeconds) } },
  );
