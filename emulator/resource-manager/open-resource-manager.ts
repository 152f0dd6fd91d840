import type { Service } from '../http/service.ts';
import { formatTicks } from '../state/index.ts';
import { AccountResources } from './account-resources.ts';
import { ManagementLimits } from './management-limits.ts';
import type { ResourceManager } from './management-request.ts';

/** How Resource Manager is to find and treat the accounts of an emulator. */
export type ResourceManagerOptions = {
  /** A GUID; `DEFAULT_SUBSCRIPTION` unless given. */
  readonly subscriptionId?: string;
  /** The group of accounts that name none themselves; `emulator` unless given. */
  readonly resourceGroup?: string;
  /** Whether the limits of the storage resource provider are enforced; false unless given. */
  readonly throttling?: boolean;
};

/** Resource Manager over the accounts of a file service. `fileEndpoint` is asked once the emulator listens. */
export function openResourceManager(
  service: Service,
  options: ResourceManagerOptions,
  fileEndpoint: (account: string) => string,
): ResourceManager {
  return {
    service,
    resources: new AccountResources(options.subscriptionId, options.resourceGroup),
    limits: new ManagementLimits(() => service.state.clock.milliseconds(), options.throttling),
    startedAt: formatTicks(service.state.clock.now()),
    fileEndpoint,
  };
}
