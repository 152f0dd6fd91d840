/** Query parameters of a SAS, by name, decoded. */
export type SasParameters = ReadonlyMap<string, string>;

/**
 * The string that an account SAS signs (learn.microsoft.com rest/api/storageservices/create-account-sas).
 * From version 2020-12-06 it ends with the encryption scope.
 */
export function accountSasStringToSign(account: string, sas: SasParameters): string {
  const version = value(sas, 'sv');
  const lines = [
    account,
    value(sas, 'sp'),
    value(sas, 'ss'),
    value(sas, 'srt'),
    value(sas, 'st'),
    value(sas, 'se'),
    value(sas, 'sip'),
    value(sas, 'spr'),
    version,
  ];
  if (version >= '2020-12-06') lines.push(value(sas, 'ses'));
  lines.push('');
  return lines.join('\n');
}

/**
 * The string that a service SAS of Azure Files signs
 * (learn.microsoft.com rest/api/storageservices/create-service-sas); `canonicalName` is
 * `/file/<account>/<share>` with `/<path>` for a file.
 */
export function serviceSasStringToSign(canonicalName: string, sas: SasParameters): string {
  return [
    value(sas, 'sp'),
    value(sas, 'st'),
    value(sas, 'se'),
    canonicalName,
    value(sas, 'si'),
    value(sas, 'sip'),
    value(sas, 'spr'),
    value(sas, 'sv'),
    value(sas, 'rscc'),
    value(sas, 'rscd'),
    value(sas, 'rsce'),
    value(sas, 'rscl'),
    value(sas, 'rsct'),
  ].join('\n');
}

/**
 * The string that a user delegation SAS of Azure Files signs
 * (learn.microsoft.com rest/api/storageservices/create-user-delegation-sas, version 2025-07-05 and later).
 */
export function userDelegationSasStringToSign(canonicalName: string, sas: SasParameters): string {
  const before = ['sp', 'st', 'se'];
  const after = ['skoid', 'sktid', 'skt', 'ske', 'sks', 'skv', 'skdutid', 'sduoid'];
  const last = ['sip', 'spr', 'sv', 'rscc', 'rscd', 'rsce', 'rscl', 'rsct'];
  const values = (names: readonly string[]) => names.map((name) => value(sas, name));
  return [...values(before), canonicalName, ...values(after), ...values(last)].join('\n');
}

function value(sas: SasParameters, name: string): string {
  return sas.get(name) ?? '';
}
