/** The subscription and the resource group that accounts are in unless told otherwise. */
export const DEFAULT_SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const DEFAULT_RESOURCE_GROUP = 'emulator';

/** Where the accounts of an emulator are among the resources of Azure: one subscription, a resource group each. */
export class AccountResources {
  readonly subscriptionId: string;
  readonly defaultResourceGroup: string;
  readonly #groups = new Map<string, string>();

  constructor(subscriptionId = DEFAULT_SUBSCRIPTION, defaultResourceGroup = DEFAULT_RESOURCE_GROUP) {
    this.subscriptionId = subscriptionId;
    this.defaultResourceGroup = defaultResourceGroup;
  }

  /** Puts an account into a resource group of its own choice. */
  place(account: string, resourceGroup: string): void {
    this.#groups.set(account, resourceGroup);
  }

  /** The resource group of an account. */
  resourceGroupOf(account: string): string {
    return this.#groups.get(account) ?? this.defaultResourceGroup;
  }

  /** Whether any account may be in that group; names are compared without case. */
  hasResourceGroup(name: string): boolean {
    return [this.defaultResourceGroup, ...this.#groups.values()].some((group) => sameName(group, name));
  }

  /** Whether an account is in that group. */
  isIn(account: string, resourceGroup: string): boolean {
    return sameName(this.resourceGroupOf(account), resourceGroup);
  }

  /** `/subscriptions/…/resourceGroups/…/providers/Microsoft.Storage/storageAccounts/…` */
  idOf(account: string): string {
    const group = this.resourceGroupOf(account);
    return `/subscriptions/${this.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${account}`;
  }
}

/** Names of resources are the same without regard to case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
