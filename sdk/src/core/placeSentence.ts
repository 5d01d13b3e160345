/** The user's place in the lobby, from 1, in words. */
export function placeSentence(position: number): string {
  const before = position - 1;
  return before === 0
    ? 'You are next.'
    : `${before} ${before === 1 ? 'person is' : 'people are'} waiting before you.`;
}
