import { END_SENTENCES, REFUSAL_SENTENCES } from 'videoconf-sdk/core';

/** The texts about what went wrong in a meeting, in English. */
export const failures = {
  /** Refusals to let the user in, by their codes. */
  refusal: REFUSAL_SENTENCES,
  /** Ends of a stay, by the names of their reasons. */
  end: END_SENTENCES,
  /** The end of a ban: a time of today, or with its date. */
  ban: {
    until: 'You can join again after {time}.',
  },
  /** Failures of what the user does in a room, by the codes of the server. */
  inRoom: {
    OUT_OF_STEP: 'This page is out of step with the server. Join again.',
    OUTDATED: 'This page does not fit the server. Reload it, then try again.',
    GONE: 'That has already ended. There is nothing left to do.',
    FORBIDDEN: 'You are not allowed to do that in this room. Ask a moderator.',
    LIMIT_REACHED:
      'That is more than the server allows at a time. Wait a moment, then try again.',
    INTERNAL_ERROR:
      'Something went wrong on the server. Try again in a moment.',
    SHUTTING_DOWN: 'The server is restarting. Try again in a moment.',
    SERVER_FULL: 'The server is full right now. Try again in a moment.',
    USERS_UNAVAILABLE:
      'The server cannot verify your identity right now. Try again in a moment.',
    RECORD_UNAVAILABLE:
      'The server cannot look up this room right now. Try again in a moment.',
    CLUSTER_UNAVAILABLE:
      'The server cannot open rooms right now. Try again in a moment.',
    ROOM_ELSEWHERE: 'The room is on another server now. Try again in a moment.',
    ROOM_UNREACHABLE:
      'The server of this room does not answer right now. Try again in a moment.',
    NO_WORKER:
      'The server cannot process audio and video right now. Try again in a moment.',
    MEDIA_RESET:
      'The server is setting up audio and video again. Try again in a moment.',
    MEDIA_REJECTED:
      'The server does not support the audio and video of this browser. Try another one.',
    ROOM_FULL: 'The room is full. Let others in when someone has left.',
    PEER_NOT_FOUND: 'This person is no longer here.',
    IN_LOBBY: 'You are in the lobby until a moderator lets you in.',
    ROOM_HAS_LOBBY: 'The room has a lobby, and you cannot wait in it.',
    LOST: 'The connection to the server was lost. Try again in a moment.',
    UNKNOWN:
      'The server does not let you in, and this page does not know the reason. Try again later.',
  },
  /** The connection, while the page opens it again. */
  connection: {
    noAnswer: 'The server is not responding.',
    restarting:
      'The server is restarting. You will be back in the room in a moment…',
    workerDied:
      'The server had to start audio and video again. You will be back in the room in a moment…',
    slow: 'Your network is too slow for what is sent to you, so the connection was lost. Reconnecting…',
    flood:
      'This page sent too much at a time, so the server closed the connection. Reconnecting…',
    protocol:
      'The server and this page did not understand each other. Reconnecting…',
    lost: 'The connection to the server was lost. Reconnecting…',
    lostBecause:
      'The connection to the server was lost. {reason} Trying again…',
  },
  /** Devices that cannot be opened. */
  insecure: {
    page: 'Your browser allows camera and microphone only on pages loaded over HTTPS.',
  },
  refused: {
    mic: 'Your browser has blocked the microphone for this page. Allow it next to the address bar, then press the button again.',
    camera:
      'Your browser has blocked the camera for this page. Allow it next to the address bar, then press the button again.',
    both: 'Your browser has blocked the microphone and camera for this page. Allow them next to the address bar, then press the button again.',
  },
  missing: {
    mic: 'No microphone was found. Connect one and press its button to use it.',
    camera: 'No camera was found. Connect one and press its button to use it.',
    both: 'No microphone or camera was found. Connect one and press its button to use it.',
  },
  busy: {
    mic: 'The microphone could not be started. Another program may be using it.',
    camera: 'The camera could not be started. Another program may be using it.',
    both: 'The microphone and camera could not be started. Another program may be using them.',
  },
  unopened: {
    mic: 'The microphone could not be opened. Press the button to try again, or choose another device in the settings of the browser.',
    camera:
      'The camera could not be opened. Press the button to try again, or choose another device in the settings of the browser.',
    both: 'The microphone and camera could not be opened. Press the button to try again, or choose another device in the settings of the browser.',
  },
  /** Devices and screens that were open. */
  lost: {
    mic: 'Your microphone has stopped. Was it unplugged?',
    camera: 'Your camera has stopped. Was it unplugged?',
  },
  muted: {
    mic: 'A moderator has muted your microphone.',
    camera: 'A moderator has muted your camera.',
  },
  wanted: {
    mic: 'A moderator asks you to turn on your microphone.',
    camera: 'A moderator asks you to turn on your camera.',
  },
  stopped: {
    mic: 'A moderator has stopped your microphone.',
    camera: 'A moderator has stopped your camera.',
    screen: 'A moderator has stopped your screen.',
    'screen-audio': 'A moderator has stopped your screen’s sound.',
  },
  unsent: {
    mic: 'Your microphone could not be sent. {advice}',
    camera: 'Your camera could not be sent. {advice}',
    screen: 'Your screen could not be sent. {advice}',
    'screen-audio': 'Your screen’s sound could not be sent. {advice}',
    advice: 'Press the button to try again.',
  },
  capture: {
    denied:
      'Your operating system does not allow the browser to record the screen. Allow it in the system settings, then share again.',
    failed:
      'The browser could not record your screen. Share again, and choose another window or the whole screen.',
  },
} as const;
