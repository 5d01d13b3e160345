/** The class of a part, with that of the caller. */
export function classes(own: string, given: string | undefined): string {
  return given ? `${own} ${given}` : own;
}
