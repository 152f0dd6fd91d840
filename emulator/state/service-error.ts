/** What an answer with an error says besides its code and message. */
export type ServiceErrorDetails = {
  /** Elements of the error body after `Code` and `Message`, in order. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Headers that this error adds to the answer, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** An error that the service would answer, by status and code (rest/api/storageservices/file-service-error-codes). */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, details: ServiceErrorDetails = {}) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    this.code = code;
    this.fields = details.fields ?? {};
    this.headers = details.headers ?? {};
  }
}
