import { z } from 'zod';

import { check } from '../../core/validation.ts';
import {
  isEmailAddress,
  MAX_EMAIL_LENGTH,
} from '../../accounts/emailAddress.ts';

const REQUIRED = 'This field is required.';
const NOT_NULL = 'This field may not be null.';
const NOT_BLANK = 'This field may not be blank.';
const NOT_A_TEXT = 'Not a valid string.';

/** The most characters of a value that its sender is shown. */
const MAX_SHOWN = 60;

interface TextOptions {
  /** The most characters. */
  max: number;
  /** Empty texts are accepted. */
  blank?: boolean;
  /** White space around the text is kept. */
  untrimmed?: boolean;
}

/**
 * A text as Django REST framework's CharField reads it, with its messages,
 * which the clients of this contract show. Numbers become text.
 *
 * @see https://www.django-rest-framework.org/api-guide/fields/#charfield
 */
export function charField(options: TextOptions) {
  const { max, blank = false } = options;
  return textField(options, () => []).meta({
    type: 'string',
    minLength: blank ? 0 : 1,
    maxLength: max,
  });
}

/** An address, as EmailField reads it. */
export function emailField() {
  return textField({ max: MAX_EMAIL_LENGTH }, (text) =>
    isEmailAddress(text) ? [] : ['Enter a valid email address.'],
  ).meta({ type: 'string', format: 'email', maxLength: MAX_EMAIL_LENGTH });
}

/** A field as it was read: its value, or the messages about it. */
type Attempt<Value> =
  | { value: Value; messages?: undefined }
  | { value?: undefined; messages: string[] };

/** A field whose problems are reported later, along with those of the domain. */
export function attempted<Schema extends z.ZodType>(schema: Schema) {
  return z
    .unknown()
    .transform((value): Attempt<z.output<Schema>> => {
      const result = check(schema, value, '');
      return result.ok
        ? { value: result.data }
        : { messages: result.issues.map(({ message }) => message) };
    })
    .meta(schema.meta() ?? {});
}

/** One of several texts, as ChoiceField reads it. */
export function choiceField<Choice extends string>(choices: readonly Choice[]) {
  return z
    .unknown()
    .transform((value, context): Choice => {
      const found = choices.find((choice) => choice === value);
      return (
        found ??
        refuse(context, [
          missing(value) ?? `"${shown(value)}" is not a valid choice.`,
        ])
      );
    })
    .meta({ type: 'string', enum: [...choices] });
}

/** @param validate - Returns further problems of a text. */
function textField(
  { max, blank = false, untrimmed = false }: TextOptions,
  validate: (text: string) => string[],
) {
  return z.unknown().transform((value, context): string => {
    const problem = missing(value);
    if (problem !== undefined) {
      return refuse(context, [problem]);
    }
    if (typeof value !== 'string' && typeof value !== 'number') {
      return refuse(context, [NOT_A_TEXT]);
    }
    const text = untrimmed ? String(value) : String(value).trim();
    if (text === '') {
      return blank ? text : refuse(context, [NOT_BLANK]);
    }
    const problems = [...problemsOf(text, max), ...validate(text)];
    return problems.length === 0 ? text : refuse(context, problems);
  });
}

function missing(value: unknown): string | undefined {
  if (value === undefined) {
    return REQUIRED;
  }
  return value === null ? NOT_NULL : undefined;
}

/** Problems of texts of any kind, the databases' among them. */
function problemsOf(text: string, max: number): string[] {
  const surrogate = /\p{Surrogate}/u.exec(text)?.[0].codePointAt(0);
  return [
    ...(Array.from(text).length > max
      ? [`Ensure this field has no more than ${max} characters.`]
      : []),
    ...(text.includes('\0') ? ['Null characters are not allowed.'] : []),
    ...(surrogate === undefined
      ? []
      : [
          `Surrogate characters are not allowed: U+${surrogate.toString(16).toUpperCase()}.`,
        ]),
  ];
}

function refuse(
  context: z.core.$RefinementCtx,
  messages: readonly string[],
): never {
  for (const message of messages) {
    context.addIssue({ code: 'custom', message });
  }
  return z.NEVER;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, MAX_SHOWN);
}
