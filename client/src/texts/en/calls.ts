/** The texts of the page for calls alone, in English. */
export const calls = {
  home: {
    title: 'Calls · Atrium',
    titleOf: '{name} · Calls · Atrium',
    calling: '{name} is calling',
    call: 'Call',
    headline: 'Call someone.',
    invited: 'You are invited.',
    welcome: 'Two people talk directly. With a third, the server takes over.',
    name: 'Your name',
    email: 'Email address',
    password: 'Password',
    logIn: 'Log in',
    newHere: 'New here?',
    createAccount: 'Create account',
    logInInstead: 'Log in instead',
    backToAccount: 'Back to your account',
    joinAsGuest: 'Join as guest',
    fillIn: 'Fill in this field: {field}.',
    calls: 'Calls',
    logOut: 'Log out',
    youAre:
      'You are {name}. Your user ID is {id}: people who want to call you need it.',
    guest:
      'You are here as a guest, {name}. Keep this page open: it rings when someone calls.',
    conversations: 'Conversations',
    noConversations: 'No conversations yet. Start one below.',
    newConversation: 'New conversation',
    userId: 'User ID',
    userIdHint: 'Separate several by commas, for a group.',
    userIdMissing:
      'Fill in the user ID of the person you want to talk to. It is shown on their own calls page.',
    titleField: 'Title',
    onlyGroups: 'Only for groups',
    start: 'Start',
    spoken: 'Your language, for subtitles',
    sound: 'Sound when a call rings',
    lastCalls: 'Recent calls',
    noCalls: 'No calls yet.',
    goingOn: {
      one: '{time} · {count} person · going on',
      other: '{time} · {count} people · going on',
    },
    notAnswered: '{time} · not answered',
    past: {
      one: '{time} · {count} person · {duration}',
      other: '{time} · {count} people · {duration}',
    },
    video: 'Video call',
    videoWith: 'Video call: {name}',
    audio: 'Audio call',
    audioWith: 'Audio call: {name}',
    guestVideo: 'Join with video',
    guestVideoWith: 'Join with video: {name}',
    guestAudio: 'Join without video',
    guestAudioWith: 'Join without video: {name}',
  },
  call: {
    people: 'People in the call',
    subtitles: 'Subtitles',
    startSubtitles: 'Subtitles',
    stopSubtitles: 'Stop subtitles',
    hangUp: 'Hang up',
    over: 'The call is over',
    again: 'Call again',
    back: 'Back to your conversations',
    guestBack: 'Back to the conversation',
    accept: 'Accept',
    withoutVideo: 'Without video',
    decline: 'Decline',
    incoming: '{name} is calling.',
    incomingVideo: '{name} is calling. With video.',
    leaves: 'If you accept, you leave the call that you are in.',
    missed: 'You missed a call from {name}. Call back.',
    guestMissed: 'You missed a call from {name}. Join, if it still goes on.',
    answeredElsewhere: 'You answered the call from {name} on another device.',
    declinedElsewhere: 'You declined the call from {name} on another device.',
    calling: 'Calling {name}…',
    alone: 'No one else is in the call. Hang up, or wait for someone to join.',
    direct: 'Direct',
    byServer: 'Through the server',
    said: '{name}: {text}',
    joined:
      'A call was already going on here, and you have joined it. Hang up to leave it.',
    blocked:
      'Audio and video do not get through. A firewall may be blocking them. Still trying…',
    serverBlocked:
      'Not all of you could reach the server, so no one else can join. A firewall may be blocking audio and video. Try another network, then call again.',
    directBlocked:
      'You stay connected through the server, as there is no direct way between you.',
    wentOn: 'The call went on without you, or has ended. Call again.',
    declined: 'Your call was declined. Try again later.',
    normal: 'The call has ended.',
    timeout: 'No one answered. Try again later.',
    error: 'The server had to end the call. Call again.',
    forced: 'The call was ended for everyone.',
  },
  recognition: {
    'not-allowed':
      'Your browser does not allow subtitles. Allow the microphone next to the address bar, then turn them on again.',
    'service-not-allowed':
      'Your browser offers no speech recognition here. Try Chrome, Edge or Safari.',
    'language-not-supported':
      'Your browser cannot recognise this language. Choose another one before the next call.',
    network:
      'Your browser’s speech recognition cannot be reached. Check your network, then turn subtitles on again.',
    'audio-capture':
      'Subtitles need a microphone. Connect one, then turn them on again.',
  },
  /** Advice on refusals, by the server's codes, and on failures of the page. */
  advice: {
    ALREADY_MEMBER:
      'This person is already in the conversation. Call them there.',
    ALREADY_PARTICIPANT:
      'You are in this call on another device. Hang up there first.',
    AUTHORIZATION_MALFORMED:
      'The server does not accept your login. Reload the page, then log in again.',
    BANNED:
      'You are banned from this call. Ask the person who started it if that was a mistake.',
    CALL_ALREADY_ACTIVE:
      'This conversation already has a call. Join it instead.',
    CALL_ELSEWHERE:
      'This call is on another server. Ask the person who called for the address of their page, or call again when the call has ended.',
    CALL_ENDED: 'The call has ended. Start a new one.',
    CALL_NOT_FOUND: 'This call no longer exists. Start a new one.',
    CONFLICT:
      'Something has changed in the meantime. Reload the page, then try again.',
    CONVERSATION_DENIED:
      'You may not do this in the conversation. Ask someone who is in it.',
    CONVERSATION_FIXED:
      'No one can be added to a conversation of two. Start a group with everyone instead.',
    CONVERSATION_NOT_FOUND:
      'This conversation no longer exists. Start a new one.',
    DIRECTORY_UNAVAILABLE:
      'The server cannot look up your conversations right now. Try again in a moment.',
    FORBIDDEN:
      'The server does not allow that. Reload the page, then try again.',
    INTERNAL_ERROR:
      'Something went wrong on the server. Try again in a moment.',
    INTERNAL_SERVER_ERROR:
      'Something went wrong on the server. Try again in a moment.',
    INVALID_CONVERSATION_TYPE:
      'There are no calls in public conversations. Start a group.',
    INVALID_MODE:
      'The call cannot be connected this way right now. Try again in a moment.',
    INVALID_REQUEST:
      'The server does not accept this. Check what you entered, then try again.',
    KICKED:
      'You were removed from this call and cannot come back. Ask the person who started it to call again.',
    LIMIT_REACHED: 'That was too fast for the server. Try again in a moment.',
    MAX_PARTICIPANTS_REACHED:
      'The call is full. Try again when someone has left.',
    MEDIA_SERVER_ERROR:
      'The server cannot process audio and video right now. Try again in a moment.',
    MEMBER_NOT_FOUND:
      'This person is no longer in the conversation. Reload the page, then try again.',
    MODE_SWITCH_FAILED:
      'Your audio and video did not reach the server, and so you left the call. A firewall may be blocking them. Try another network, then join again.',
    NOT_A_MEMBER:
      'You are no longer in this conversation. Ask one of its members to add you.',
    NOT_FOUND:
      'The server does not know this. Reload the page, then try again.',
    ORIGIN_REFUSED:
      'The server does not accept this page. Ask its operator to add the address to access.origins.',
    PARTICIPANT_NOT_FOUND:
      'You are no longer in this call. Call again to come back.',
    PERMISSION_DENIED:
      'The server does not allow that. Reload the page, then try again.',
    RATE_LIMIT_EXCEEDED:
      'That was too fast for the server. Try again in a moment.',
    SERVER_FULL:
      'The server has as many calls as it can take. Try again in a moment.',
    SERVICE_UNAVAILABLE:
      'The server cannot do this right now. Try again in a moment.',
    SESSION_INVALID:
      'Your invitation has expired. Ask the person who invited you for a new link.',
    SHARE_LINK_NOT_FOUND:
      'This invitation has expired. Ask the person who invited you for a new link.',
    SHUTTING_DOWN: 'The server is restarting. Try again in a moment.',
    SIGNALING_ERROR:
      'Your browser could not be connected with the other one. Try again in a moment.',
    STORE_UNAVAILABLE:
      'The server cannot reach its database right now. Try again in a moment.',
    TIMEOUT: 'The server took too long. Try again in a moment.',
    TOKEN_EXPIRED:
      'Your login has expired. Reload the page, then log in again.',
    TOKEN_INVALID:
      'The server does not accept your login. Reload the page, then log in again.',
    TOKEN_MISSING: 'You are not logged in. Reload the page, then log in again.',
    TOKEN_NOT_YET_VALID: 'Your login is not valid yet. Try again in a moment.',
    TOKEN_TYPE_WRONG:
      'The server does not accept your login. Reload the page, then log in again.',
    TRANSCRIPTION_ERROR:
      'Your last words could not be turned into a subtitle. Say them again, in shorter sentences.',
    TRANSLATION_ERROR:
      'Subtitles cannot be translated right now. Read them in the original language, or ask the others to speak yours.',
    UNAUTHORIZED:
      'The server does not accept your login. Reload the page, then log in again.',
    UNKNOWN_METHOD:
      'This page does not fit the server. Reload the page, then try again.',
    USERS_UNAVAILABLE:
      'The server cannot verify your identity right now. Try again in a moment.',
    VALIDATION_ERROR:
      'The server does not accept this. Check what you entered, then try again.',
    LOGIN_ENDED: 'Your login has ended. Log in again.',
    GUEST_ENDED:
      'Your time as a guest is over. Join again, or ask the person who invited you for a new link.',
    NO_CALL:
      'There is no call right now. Wait here: it rings when someone calls.',
    UNREACHABLE:
      'The server cannot be reached. Check your network and try again.',
    LOST: 'The connection to the server is lost. Try again when it is back.',
    LOST_CALL:
      'The connection to the server was lost. Call again when it is back.',
    FIELD: '{problem} Change it, then try again.',
    STATUS: 'The server answered with status {status}. Try again in a moment.',
    OTHER: 'The server refused: {message}. Reload the page, then try again.',
  },
  /** Advice on limits that are not about haste, by the options that set them. */
  limits: {
    'calls.conversationsPerUser':
      'You already have as many conversations as this server allows. Use one of them, or ask its operator for more.',
    'calls.guestsPerConversation':
      'This conversation has had as many guests today as it allows. Ask the person who invited you to add you with an account, or wait until tomorrow.',
    'calls.membersPerConversation':
      'That is more people than a conversation allows. Start it with fewer.',
    'limits.callsPerMinute':
      'You have started many calls in a short time. Try again in a minute.',
  },
  /** Advice on answers about accounts, which have no code, by their statuses. */
  accounts: {
    HTTP_401:
      'There is no account with this email address and password. Check both, or create an account.',
    HTTP_403:
      'This server lets only its operator create accounts. Ask them for one.',
    HTTP_404:
      'There are no accounts on this server. Ask its operator about them.',
    HTTP_429: 'There were too many attempts. Wait a minute, then try again.',
    HTTP_500: 'Something went wrong on the server. Try again in a moment.',
    HTTP_503: 'The server is busy. Try again in a moment.',
  },
} as const;
