import type { Address, DeviceSource } from 'videoconf-sdk/core';
import { DEVICES, takeAccessToken } from './accessToken.ts';
import { occupancyOf } from './occupancy.ts';
import { preferences, savePreferences } from './preferences.ts';
import { RoomKeys } from './RoomKeys.ts';
import {
  keyFromAddress,
  ownLink,
  roomFromAddress,
  serverUrl,
} from './roomLink.ts';
import { tabPeerId } from './tabPeer.ts';
import { EndedView } from './ui/EndedView.ts';
import { JoinForm } from './ui/JoinForm.ts';
import { showView } from './ui/showView.ts';
import type { Preview } from './ui/Preview.ts';
import type * as visits from './Visit.ts';
import { text } from './texts/texts.ts';
import { startTexts } from './texts/startTexts.ts';
import { showTitle } from './texts/show.ts';

await startTexts();

const joinForm = new JoinForm(document);
const endedView = new EndedView();
const accessToken = takeAccessToken();
/** The devices that the user may send, as far as the token tells. */
const permitted: readonly DeviceSource[] = accessToken?.devices ?? DEVICES;
const ownPeerId = tabPeerId();
const keys = new RoomKeys();
let key: string | undefined;
let visit: visits.Visit | undefined;
let preview: Preview | undefined;
/** The attempt to enter that is under way, or that led to the visit. */
let current: symbol | undefined;

/** Loads what a visit needs, most of the page, once. */
function loadVisits(): Promise<typeof visits> {
  return import('./Visit.ts');
}

async function loadPreview(): Promise<void> {
  const { Preview } = await import('./ui/Preview.ts');
  preview = new Preview(permitted);
  if (current === undefined) {
    await preview.begin();
  }
}

/** Shows the entrance, with a sentence about what went wrong, if anything. */
function showEntrance(problem = (): string => ''): void {
  current = undefined;
  showTitle(() => text('entrance.title'));
  showView('entrance');
  joinForm.reset(problem);
  joinForm.focus();
  preview?.offer();
  void showInside();
}

/** Tells who is in the room to which the user is invited. */
async function showInside(): Promise<void> {
  const roomId = joinForm.invitedTo;
  if (roomId !== undefined) {
    joinForm.showInside(await occupancyOf(await addressOf(roomId)));
  }
}

/** The way to a room, of which the entrance knows all but the visitor's name. */
async function addressOf(roomId: string): Promise<Address> {
  return {
    url: serverUrl(),
    roomId,
    peerId: accessToken?.peerId ?? (await ownPeerId),
    token: accessToken?.token,
  };
}

/** Joins the room named in the preferences. */
async function enter(): Promise<void> {
  const { room: roomId, name: displayName, mic, camera } = preferences();
  const attempt = Symbol('attempt');
  current = attempt;
  showView('entrance');
  joinForm.showProgress(() => text('entrance.connecting'));
  let module, address;
  try {
    [module, address] = await Promise.all([loadVisits(), addressOf(roomId)]);
  } catch {
    showEntrance(() => text('entrance.notLoaded'));
    return;
  }
  if (current !== attempt) {
    // The user did not want to wait.
    return;
  }
  const started = new module.Visit({
    ...address,
    displayName,
    takesPart: accessToken?.takesPart ?? true,
    key,
    invited: accessToken !== undefined,
  });
  visit = started;
  started.on('waiting', (words) => joinForm.showProgress(words));
  started.on('entered', () => {
    history.replaceState(null, '', ownLink(roomId, key));
    showTitle(() => text('common.pageTitle', { name: roomId }));
    showView('room');
  });
  started.on('lobby', () => {
    showTitle(() => text('common.pageTitle', { name: roomId }));
    showView('lobby');
  });
  started.on('left', () => {
    visit = undefined;
    showEntrance();
  });
  started.on('ended', (end, entered) => {
    visit = undefined;
    if (entered) {
      showTitle(() => text('entrance.title'));
      showView('ended');
      endedView.show(() => end.text, end.again);
    } else {
      showEntrance(() => text('entrance.notJoined', { reason: end.text }));
    }
  });
  const wanted = { mic, camera };
  const devices = permitted.filter((source) => wanted[source]);
  started.start(devices, preview?.handOver(devices) ?? new Map());
}

/** Opens the connection while the rest of the form is filled in. */
async function prepare(roomId: string): Promise<void> {
  try {
    const [module, address] = await Promise.all([
      loadVisits(),
      addressOf(roomId),
    ]);
    if (!visit && current === undefined) {
      module.prepare(address);
    }
  } catch {
    // The user is told on joining.
  }
}

joinForm.on('join', ({ encrypt, ...filledIn }) => {
  savePreferences(filledIn);
  try {
    key = encrypt ? keys.get(filledIn.room) : undefined;
  } catch (error) {
    const { message } = error as Error;
    joinForm.reset(() => message);
    return;
  }
  void enter();
});
joinForm.on('source', (source, wanted) => {
  savePreferences({ [source]: wanted });
  void preview?.setWanted(source, wanted);
});
joinForm.on('approach', (roomId) => void prepare(roomId));
joinForm.on('cancel', () => {
  if (visit) {
    visit.leave();
  } else {
    showEntrance();
  }
});
endedView.on('again', () => void enter());
endedView.on('back', () => showEntrance());
window.addEventListener('online', () => visit?.retryNow());
// A link with another key is the same page to the browser, which would not load it.
window.addEventListener('hashchange', () => location.reload());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') {
    visit?.retryNow();
    if (current === undefined) {
      void showInside();
    }
  }
});

const brought = keyFromAddress();
if (brought !== undefined) {
  keys.add(roomFromAddress(), brought);
}
const { room, name } = preferences();
joinForm.offer(permitted);
joinForm.prefill(
  {
    ...preferences(),
    room: roomFromAddress() || room,
    name: accessToken?.name ?? name,
    encrypt: brought !== undefined,
  },
  { invited: roomFromAddress() !== '' },
);
showEntrance();
// While the form is open, once the entrance itself is drawn.
if (document.readyState === 'complete') {
  loadRest();
} else {
  window.addEventListener('load', loadRest);
}

function loadRest(): void {
  for (const part of [loadPreview(), loadVisits()]) {
    part.catch(() => {
      // The user is told on joining.
    });
  }
}
