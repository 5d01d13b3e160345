import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Features of browsers that the page uses, in itself and in no other frame. */
const USED = [
  'autoplay',
  'camera',
  'clipboard-write',
  'display-capture',
  'fullscreen',
  'microphone',
  'picture-in-picture',
];

/** Features that a script in the page could otherwise use or ask for. */
const UNUSED = [
  'accelerometer',
  'clipboard-read',
  'encrypted-media',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'midi',
  'otp-credentials',
  'payment',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
];

const PERMISSIONS_POLICY = [
  ...USED.map((feature) => `${feature}=(self)`),
  ...UNUSED.map((feature) => `${feature}=()`),
].join(', ');

/**
 * Headers that tell browsers what a reply may do.
 *
 * @param embedders - Origins whose pages may frame a reply, as they are now.
 */
export function securityHeaders(
  embedders: () => readonly string[],
): RequestHandler[] {
  return [
    helmet({
      // Whether the domain's other hosts serve HTTPS is not ours to say.
      strictTransportSecurity: { includeSubDomains: false },
      // It knows no origins but one's own, so it is set below.
      xFrameOptions: false,
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          mediaSrc: ["'self'", 'blob:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: [() => embedders().join(' ') || "'none'"],
        },
      },
    }),
    (_request, response, next) => {
      response.set('Permissions-Policy', PERMISSIONS_POLICY);
      if (embedders().length === 0) {
        response.set('X-Frame-Options', 'DENY');
      }
      next();
    },
  ];
}
