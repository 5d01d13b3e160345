const MIN_LENGTH = 8;

/** The share of a password that may be the same as part of an attribute. */
const MAX_SIMILARITY = 0.7;

/** Separates the words of an attribute, which may be of any script. */
const SEPARATORS = /[^\p{L}\p{M}\p{N}_]+/u;

/** The dictionary of common passwords, once it is needed. */
let loading: Promise<ReadonlySet<string>> | undefined;

/** A rule that a password breaks. */
export type PasswordProblem =
  | { rule: 'similar'; field: string }
  | { rule: 'short'; minLength: number }
  | { rule: 'common' }
  | { rule: 'numeric' };

/**
 * The rules that a password breaks, in the order in which Django reports them.
 *
 * @param attributes - What the password must not resemble, by field.
 * @see https://docs.djangoproject.com/en/stable/topics/auth/passwords/#included-validators
 */
export async function passwordProblems(
  password: string,
  attributes: Readonly<Record<string, string>>,
): Promise<PasswordProblem[]> {
  loading ??= loadCommonPasswords();
  const common = await loading;
  const problems: PasswordProblem[] = [];
  const field = similarAttribute(password.toLowerCase(), attributes);
  if (field !== undefined) {
    problems.push({ rule: 'similar', field });
  }
  if (Array.from(password).length < MIN_LENGTH) {
    problems.push({ rule: 'short', minLength: MIN_LENGTH });
  }
  if (common.has(password.toLowerCase().trim())) {
    problems.push({ rule: 'common' });
  }
  if (/^\p{Nd}+$/u.test(password)) {
    problems.push({ rule: 'numeric' });
  }
  return problems;
}

/** Unpacks the dictionary, which takes longer than any other part of the start. */
async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].map(String));
}

function similarAttribute(
  password: string,
  attributes: Readonly<Record<string, string>>,
): string | undefined {
  return Object.entries(attributes).find(([, value]) =>
    [...value.toLowerCase().split(SEPARATORS), value.toLowerCase()].some(
      (part) => similarity(password, part) >= MAX_SIMILARITY,
    ),
  )?.[0];
}

/**
 * The share of characters that two texts have in common, in any order.
 *
 * @see https://docs.python.org/3/library/difflib.html#difflib.SequenceMatcher.quick_ratio
 */
function similarity(one: string, other: string): number {
  const length = one.length + other.length;
  // Texts of very different length cannot be similar enough.
  if (
    other === '' ||
    (2 * Math.min(one.length, other.length)) / length < MAX_SIMILARITY
  ) {
    return 0;
  }
  const left = new Map<string, number>();
  for (const character of other) {
    left.set(character, (left.get(character) ?? 0) + 1);
  }
  let matches = 0;
  for (const character of one) {
    const count = left.get(character) ?? 0;
    if (count > 0) {
      left.set(character, count - 1);
      matches += 1;
    }
  }
  return (2 * matches) / length;
}
