import type { z } from 'zod';

import { explain } from '../../lib/core/validation.ts';

/** The problems of an input that a schema refuses, in words. */
export function problems(
  schema: z.ZodType,
  input: unknown,
  root = '',
): string[] {
  const { error } = schema.safeParse(input);
  return error === undefined ? [] : explain(error, input, root);
}
