/** A request that an Atrium server refused, or that did not reach one. */
export class AtriumError extends Error {
  /**
   * The name of the failure, which never changes, such as `ROOM_NOT_FOUND`;
   * `UNREACHABLE` if there was no reply, `UNREADABLE` if it came from something else
   * than the server.
   */
  readonly code: string;
  /** The HTTP status; 0 if there was no reply. */
  readonly status: number;
  /** The id under which the log of the server has the request. */
  readonly requestId: string | undefined;

  constructor(
    code: string,
    status: number,
    message: string,
    options: ErrorOptions & { requestId?: string | undefined } = {},
  ) {
    super(message, options);
    this.name = 'AtriumError';
    this.code = code;
    this.status = status;
    this.requestId = options.requestId;
  }
}
