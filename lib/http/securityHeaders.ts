import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Browser features that the page uses itself and allows no frame to use. */
const USED = [
  'autoplay',
  'camera',
  'clipboard-write',
  'display-capture',
  'fullscreen',
  'microphone',
  'picture-in-picture',
  'screen-wake-lock',
];

/** Browser features that the page does not use, and that no script may use. */
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
 * Headers that restrict what browsers let a reply do.
 *
 * @param embedders - Returns the origins whose pages may frame a reply.
 */
export function securityHeaders(
  embedders: () => readonly string[],
): RequestHandler[] {
  return [
    helmet({
      // Other hosts of the domain may not serve HTTPS.
      strictTransportSecurity: { includeSubDomains: false },
      // The header can only allow the own origin, so it is set below.
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
