import { defineErrors } from '../core/errors.ts';

/** Failures of the media engine. */
export const mediaErrors = defineErrors({
  MEDIA_REJECTED: {
    status: 400,
    meaning: 'The media engine cannot work with the parameters given.',
  },
  MEDIA_RESET: {
    status: 503,
    meaning:
      'The media worker died; set up media again once mediaReset has come.',
  },
  NO_WORKER: { status: 503, meaning: 'No media worker is ready.' },
});
