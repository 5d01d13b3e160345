/** Something that went wrong for a peer, and under what it is counted. */
export class Failure extends Error {
  /** Such as "joinRoom 409". */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
    this.code = code;
  }

  /** Wraps the error of a step as a failure. */
  static of(step: string, error: unknown): Failure {
    if (error instanceof Failure) {
      return error;
    }
    const { message, code } = error as NodeJS.ErrnoException;
    return new Failure(code === undefined ? step : `${step} ${code}`, message, {
      cause: error,
    });
  }
}
