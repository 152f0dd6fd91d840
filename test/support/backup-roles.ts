const SHARES = 'Microsoft.Storage/storageAccounts/fileServices/shares';

/** What the identity of a backup needs on the source account, and nothing besides: data roles, single actions on shares. */
export const SOURCE_ROLES = [
  'Storage File Data Privileged Reader',
  'Storage File Delegator',
  `${SHARES}/read`,
  `${SHARES}/write`,
  `${SHARES}/delete`,
];

export const TARGET_ROLES = [
  'Storage File Data Privileged Contributor',
  `${SHARES}/read`,
  `${SHARES}/write`,
  `${SHARES}/delete`,
  `${SHARES}/lease/action`,
];
