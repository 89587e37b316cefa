/** The names a Gaia hub gives its refusals in the `error` member of its answers. */
export type HubErrorName =
  | 'ValidationError'
  | 'AuthTokenTimestampValidationError'
  | 'BadPathError'
  | 'DoesNotExist'
  | 'ConflictError'
  | 'PreconditionFailedError'
  | 'PayloadTooLargeError'
  | 'InvalidInputError';

const STATUS: Record<HubErrorName, number> = {
  ValidationError: 401,
  AuthTokenTimestampValidationError: 401,
  BadPathError: 403,
  DoesNotExist: 404,
  ConflictError: 409,
  PreconditionFailedError: 412,
  PayloadTooLargeError: 413,
  InvalidInputError: 400,
};

/** A refusal of the hub. On the wire: its status and `{message, error, etag?}`. */
export class HubError extends Error {
  override readonly name: HubErrorName;
  readonly status: number;
  /** With 412: the ETag that the file has now, if there is a file. */
  readonly etag: string | undefined;

  constructor(name: HubErrorName, message: string, etag?: string) {
    super(message);
    this.name = name;
    this.status = STATUS[name];
    this.etag = etag;
  }

  toJSON(): { message: string; error: HubErrorName; etag?: string } {
    const body = { message: this.message, error: this.name };
    return this.etag === undefined ? body : { ...body, etag: this.etag };
  }
}
