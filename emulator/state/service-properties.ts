export type RetentionPolicy = { readonly enabled: boolean; readonly days?: number };

export type Metrics = {
  readonly version: string;
  readonly enabled: boolean;
  readonly includeApis?: boolean;
  readonly retention: RetentionPolicy;
};

export type CorsRule = {
  readonly allowedOrigins: string;
  readonly allowedMethods: string;
  readonly maxAgeInSeconds: number;
  readonly exposedHeaders: string;
  readonly allowedHeaders: string;
};

/** What Resource Manager sets on SMB; each text is a list with semicolons. */
export type SmbSettings = {
  readonly versions?: string;
  readonly authenticationMethods?: string;
  readonly kerberosTicketEncryption?: string;
  readonly channelEncryption?: string;
  readonly encryptionRequired?: boolean;
};

/**
 * The properties of an account's file service; rest/api/storageservices/get-file-service-properties. Soft
 * delete and what concerns SMB and NFS besides multichannel are settings of Resource Manager and so not part of
 * the REST operation; the latter are kept without effect.
 */
export type FileServiceProperties = {
  readonly hourMetrics: Metrics;
  readonly minuteMetrics: Metrics;
  readonly cors: readonly CorsRule[];
  readonly smbMultichannel?: boolean;
  readonly smbSettings?: SmbSettings;
  readonly nfsEncryptionRequired?: boolean;
  /** Deleted shares are kept for so many days when enabled. */
  readonly shareDeleteRetention: RetentionPolicy;
};

const DEFAULT_METRICS: Metrics = { version: '1.0', enabled: false, retention: { enabled: false } };

export const DEFAULT_SERVICE_PROPERTIES: FileServiceProperties = {
  hourMetrics: DEFAULT_METRICS,
  minuteMetrics: DEFAULT_METRICS,
  cors: [],
  shareDeleteRetention: { enabled: false },
};
