import type { z } from 'zod';

import { AppError, coreErrors } from '../core/errors.ts';
import type { Checked } from '../core/validation.ts';

/** The part of a request that an input came in. */
export type InputPart = 'headers' | 'parameters' | 'query' | 'body';

/**
 * An input that does not fit its schema, with the problems as zod found them,
 * for contracts that report them field by field.
 */
export class InvalidInput extends AppError {
  readonly where: InputPart;
  readonly issues: readonly z.core.$ZodIssue[];
  /** The input as it came, secrets included: never to be logged. */
  readonly input: unknown;

  constructor(
    where: InputPart,
    { problem, issues }: Extract<Checked<unknown>, { ok: false }>,
    input: unknown,
  ) {
    super(coreErrors.VALIDATION_ERROR, problem);
    this.name = 'InvalidInput';
    this.where = where;
    this.issues = issues;
    this.input = input;
  }
}
