import { domainToASCII } from 'node:url';

/** The longest address (RFC 5321, 4.5.3.1). */
export const MAX_EMAIL_LENGTH = 254;

const LOCAL_PART = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;

const DOMAIN =
  /^(?:[\da-z](?:[\da-z-]{0,61}[\da-z])?\.)+[\da-z-]{1,62}[\da-z]$/i;

/**
 * Tells if a text is an address as people have them: a local part without
 * quotes, at a domain, which may have letters of any script.
 *
 * @see https://docs.djangoproject.com/en/stable/ref/validators/#emailvalidator
 */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  return (
    at > 0 &&
    text.length <= MAX_EMAIL_LENGTH &&
    LOCAL_PART.test(text.slice(0, at)) &&
    isDomain(text.slice(at + 1))
  );
}

function isDomain(text: string): boolean {
  return text === 'localhost' || DOMAIN.test(domainToASCII(text));
}
