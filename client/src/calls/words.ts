/** The names of the texts that depend on what the user of the page may do. */
export type Words = {
  video: 'video' | 'guestVideo';
  audio: 'audio' | 'guestAudio';
  /** Advice after a missed call. */
  missed: 'missed' | 'guestMissed';
};

export const ACCOUNT_WORDS: Words = {
  video: 'video',
  audio: 'audio',
  missed: 'missed',
};

export const GUEST_WORDS: Words = {
  video: 'guestVideo',
  audio: 'guestAudio',
  missed: 'guestMissed',
};
