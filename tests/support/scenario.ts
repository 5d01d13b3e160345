import * as fc from 'fast-check';

/** An action of one member in a scenario. */
export interface Step {
  /** The member that acts. */
  actor: number;
  /** The index of an example request, or a change of the connection. */
  action: number | 'arrive' | 'connect' | 'close' | 'terminate';
  /** The member whose objects the request names. */
  target: number;
  /** The index of a mutation of the request, if any. */
  mutation: number | undefined;
}

/** The number of members in a scenario. */
export const MEMBERS = 4;

const member = fc.nat(MEMBERS - 1);

const step: fc.Arbitrary<Step> = fc.record({
  actor: member,
  action: fc.oneof(
    { weight: 30, arbitrary: fc.nat(1_000) },
    { weight: 3, arbitrary: fc.constant('arrive' as const) },
    { weight: 1, arbitrary: fc.constantFrom('connect', 'close', 'terminate') },
  ),
  target: member,
  mutation: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat(100_000) },
  ),
});

/** Bursts of steps: all steps of a burst at once, one burst after another. */
export const scenario = fc.array(
  fc.array(step, { minLength: 1, maxLength: 12 }),
  {
    minLength: 1,
    maxLength: 12,
  },
);
