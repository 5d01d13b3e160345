/** The words of the page that depend on what its user may do. */
export type Words = {
  video: string;
  audio: string;
  /** Advice after a missed call. */
  missed: string;
};

export const ACCOUNT_WORDS: Words = {
  video: 'Video call',
  audio: 'Audio call',
  missed: 'Call back.',
};

export const GUEST_WORDS: Words = {
  video: 'Join with video',
  audio: 'Join without video',
  missed: 'Join, if it still goes on.',
};
