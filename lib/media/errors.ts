import { defineErrors } from '../core/errors.ts';

/** Failures of mediasoup. */
export const mediaErrors = defineErrors({
  MEDIA_REJECTED: {
    status: 400,
    meaning: 'mediasoup does not accept the parameters.',
  },
  MEDIA_RESET: {
    status: 503,
    meaning: 'The media worker died; set up media again after mediaReset.',
  },
  NO_WORKER: { status: 503, meaning: 'No media worker is ready.' },
});
