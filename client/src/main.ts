import { LocalMedia, RoomClient, ScreenShare } from 'videoconf-sdk/core';
import type { DeviceSource, RoomEnd } from 'videoconf-sdk/core';
import { takeAccessToken } from './accessToken.ts';
import { loadPreferences, savePreferences } from './preferences.ts';
import { sentenceOf } from './refusals.ts';
import { RoomKeys } from './RoomKeys.ts';
import {
  codecFromAddress,
  keyFromAddress,
  ownLink,
  policyFromAddress,
  roomFromAddress,
  serverUrl,
} from './roomLink.ts';
import { tabPeerId } from './tabPeer.ts';
import { EndedView } from './ui/EndedView.ts';
import { JoinForm } from './ui/JoinForm.ts';
import { RoomView } from './ui/RoomView.ts';
import { showView } from './ui/showView.ts';

const joinForm = new JoinForm(document);
const roomView = new RoomView();
const endedView = new EndedView();
const accessToken = takeAccessToken();
const ownPeerId = tabPeerId();
const iceTransportPolicy = policyFromAddress();
const codec = codecFromAddress();
const keys = new RoomKeys();
let preferences = loadPreferences();
let key: string | undefined;
let client: RoomClient | undefined;

/** Shows the entrance, with a sentence about what went wrong, if anything. */
function showEntrance(problem = ''): void {
  document.title = 'Atrium';
  showView('entrance');
  joinForm.reset(problem);
  joinForm.focus();
}

/** Joins the room named in the preferences. */
async function enter(): Promise<void> {
  const { room: roomId, name: displayName, mic, camera } = preferences;
  showView('entrance');
  joinForm.showProgress('Connecting to the server…');
  const peerId = accessToken?.peerId ?? (await ownPeerId);
  const room = new RoomClient({
    url: serverUrl(),
    roomId,
    peerId,
    displayName,
    token: accessToken?.token,
    takesPart: accessToken?.takesPart ?? true,
    iceTransportPolicy,
    codec,
    key,
  });
  const media = new LocalMedia(room);
  const share = new ScreenShare(room);
  let wasInRoom = false;
  room.on('state', (state) => {
    switch (state.name) {
      case 'connecting':
        joinForm.showProgress(
          `${state.refusal ? sentenceOf(state.refusal) : 'The server is not responding.'} Trying again…`,
        );
        break;
      case 'joined':
        if (wasInRoom) {
          return;
        }
        wasInRoom = true;
        history.replaceState(null, '', ownLink(roomId, key));
        document.title = `${roomId} · Atrium`;
        showView('room');
        roomView.focus();
        break;
      case 'reconnecting':
        // The room view shows it.
        break;
      case 'ended':
        media.close();
        share.close();
        client = undefined;
        if (state.cause === 'left') {
          showEntrance();
        } else if (wasInRoom) {
          showEnded(endSentence(state));
        } else {
          showEntrance(`You could not join: ${endSentence(state)}`);
        }
        break;
    }
  });
  client = room;
  roomView.follow(
    { roomId, peerId, displayName, key, invited: accessToken !== undefined },
    room,
    media,
    share,
  );
  room.join();
  const wanted: DeviceSource[] = [];
  if (mic) {
    wanted.push('mic');
  }
  if (camera) {
    wanted.push('camera');
  }
  void media.open(wanted);
}

/** The end of a stay, or of the attempt to join, in words for the user. */
function endSentence(end: Exclude<RoomEnd, { cause: 'left' }>): string {
  if (end.cause === 'refused') {
    return sentenceOf(end.refusal);
  }
  const { reason } = end;
  if (reason.startsWith('replaced')) {
    return 'You joined from another tab or window. To continue in this one, try again.';
  }
  return reason || 'The server closed the connection without giving a reason.';
}

function showEnded(message: string): void {
  document.title = 'Atrium';
  showView('ended');
  endedView.show(message);
}

joinForm.on('join', ({ encrypt, ...filledIn }) => {
  preferences = filledIn;
  savePreferences(filledIn);
  try {
    key = encrypt ? keys.get(filledIn.room) : undefined;
  } catch (error) {
    joinForm.reset((error as Error).message);
    return;
  }
  void enter();
});
joinForm.on('cancel', () => client?.leave());
endedView.on('again', () => void enter());
endedView.on('back', () => showEntrance());
window.addEventListener('online', () => client?.retryNow());
// A link with another key is the same page to the browser, which would not load it.
window.addEventListener('hashchange', () => location.reload());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') {
    client?.retryNow();
  }
});

const brought = keyFromAddress();
if (brought !== undefined) {
  keys.add(roomFromAddress(), brought);
}
joinForm.prefill({
  ...preferences,
  room: roomFromAddress() || preferences.room,
  name: accessToken?.name ?? preferences.name,
  encrypt: brought !== undefined,
});
showEntrance();
