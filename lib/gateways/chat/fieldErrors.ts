import type { AccountRefusedError } from '../../accounts/errors.ts';
import type { PasswordProblem } from '../../accounts/passwordRules.ts';
import { AppError, coreErrors } from '../../core/errors.ts';
import type { InvalidInput } from '../../http/InvalidInput.ts';

/** Messages by field; those about the whole under `non_field_errors`. */
type FieldErrors = Record<string, string[]>;

/** Fields that are wrong, each with the messages about it. */
export class FieldsError extends AppError {
  readonly fields: FieldErrors;

  constructor(fields: FieldErrors) {
    super(
      coreErrors.VALIDATION_ERROR,
      Object.entries(fields)
        .map(([field, messages]) => `${field}: ${messages.join(' ')}`)
        .join('; '),
    );
    this.name = 'FieldsError';
    this.fields = fields;
  }
}

/** The problems of an input. */
export function inputFields({
  issues,
  input,
  where,
}: InvalidInput): FieldErrors {
  // A body that is missing counts as an empty one.
  if (where === 'body' && input !== undefined && !isDictionary(input)) {
    return {
      non_field_errors: [
        input === null
          ? 'No data provided'
          : `Invalid data. Expected a dictionary, but got ${pythonTypeOf(input)}.`,
      ],
    };
  }
  const fields: FieldErrors = {};
  for (const { path, message } of issues) {
    const field = String(path[0] ?? 'non_field_errors');
    (fields[field] ??= []).push(message);
  }
  return fields;
}

/** The problems of an account that was refused. */
export function accountFields({
  emailTaken,
  passwordProblems,
}: Pick<AccountRefusedError, 'emailTaken' | 'passwordProblems'>): FieldErrors {
  return {
    ...(emailTaken && { email: ['A user with this email already exists.'] }),
    ...(passwordProblems.length > 0 && {
      password: passwordProblems.map(passwordMessage),
    }),
  };
}

function passwordMessage(problem: PasswordProblem): string {
  switch (problem.rule) {
    case 'similar':
      return `The password is too similar to the ${problem.field}.`;
    case 'short':
      return `This password is too short. It must contain at least ${problem.minLength} characters.`;
    case 'common':
      return 'This password is too common.';
    case 'numeric':
      return 'This password is entirely numeric.';
  }
}

/** Tells if an input has fields. */
export function isDictionary(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** The type's name in Python, which clients of this contract show. */
function pythonTypeOf(input: unknown): string {
  if (Array.isArray(input)) {
    return 'list';
  }
  switch (typeof input) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    default:
      return Number.isInteger(input) ? 'int' : 'float';
  }
}
