import type { calls as english } from '../en/calls.ts';
import type { Translation } from '../Translation.ts';

/** The texts of the page for calls alone, in German. */
export const calls: Translation<typeof english> = {
  home: {
    title: 'Anrufe · Atrium',
    titleOf: '{name} · Anrufe · Atrium',
    calling: '{name} ruft an',
    call: 'Anruf',
    headline: 'Rufen Sie jemanden an.',
    invited: 'Sie sind eingeladen.',
    welcome:
      'Zu zweit sprechen Sie direkt miteinander. Ab drei Personen übernimmt der Server.',
    name: 'Ihr Name',
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    logIn: 'Anmelden',
    newHere: 'Neu hier?',
    createAccount: 'Konto erstellen',
    logInInstead: 'Stattdessen anmelden',
    backToAccount: 'Zurück zu Ihrem Konto',
    joinAsGuest: 'Als Gast beitreten',
    fillIn: 'Füllen Sie dieses Feld aus: {field}.',
    calls: 'Anrufe',
    logOut: 'Abmelden',
    youAre:
      'Sie sind {name}. Ihre Benutzer-ID ist {id}: Wer Sie anrufen möchte, braucht sie.',
    guest:
      'Sie sind als Gast hier, {name}. Lassen Sie diese Seite offen: Sie klingelt, wenn jemand anruft.',
    conversations: 'Unterhaltungen',
    noConversations: 'Noch keine Unterhaltungen. Beginnen Sie unten eine.',
    newConversation: 'Neue Unterhaltung',
    userId: 'Benutzer-ID',
    userIdHint: 'Für eine Gruppe mehrere durch Kommas trennen.',
    userIdMissing:
      'Geben Sie die Benutzer-ID der Person ein, mit der Sie sprechen möchten. Sie steht auf deren eigener Seite für Anrufe.',
    titleField: 'Titel',
    onlyGroups: 'Nur für Gruppen',
    start: 'Beginnen',
    spoken: 'Ihre Sprache, für Untertitel',
    sound: 'Ton, wenn ein Anruf klingelt',
    lastCalls: 'Letzte Anrufe',
    noCalls: 'Noch keine Anrufe.',
    goingOn: {
      one: '{time} · {count} Person · läuft',
      other: '{time} · {count} Personen · läuft',
    },
    notAnswered: '{time} · nicht angenommen',
    past: {
      one: '{time} · {count} Person · {duration}',
      other: '{time} · {count} Personen · {duration}',
    },
    video: 'Videoanruf',
    videoWith: 'Videoanruf: {name}',
    audio: 'Audioanruf',
    audioWith: 'Audioanruf: {name}',
    guestVideo: 'Mit Video beitreten',
    guestVideoWith: 'Mit Video beitreten: {name}',
    guestAudio: 'Ohne Video beitreten',
    guestAudioWith: 'Ohne Video beitreten: {name}',
  },
  call: {
    people: 'Personen im Anruf',
    subtitles: 'Untertitel',
    startSubtitles: 'Untertitel',
    stopSubtitles: 'Untertitel aus',
    hangUp: 'Auflegen',
    over: 'Der Anruf ist beendet',
    again: 'Erneut anrufen',
    back: 'Zurück zu Ihren Unterhaltungen',
    guestBack: 'Zurück zur Unterhaltung',
    accept: 'Annehmen',
    withoutVideo: 'Ohne Video',
    decline: 'Ablehnen',
    incoming: '{name} ruft an.',
    incomingVideo: '{name} ruft an. Mit Video.',
    leaves: 'Wenn Sie annehmen, verlassen Sie den jetzigen Anruf.',
    missed: 'Sie haben einen Anruf von {name} verpasst. Rufen Sie zurück.',
    guestMissed:
      'Sie haben einen Anruf von {name} verpasst. Treten Sie bei, falls er noch läuft.',
    answeredElsewhere:
      'Sie haben den Anruf von {name} auf einem anderen Gerät angenommen.',
    declinedElsewhere:
      'Sie haben den Anruf von {name} auf einem anderen Gerät abgelehnt.',
    calling: '{name} wird angerufen…',
    alone:
      'Niemand sonst ist im Anruf. Legen Sie auf oder warten Sie, bis jemand beitritt.',
    direct: 'Direkt',
    byServer: 'Über den Server',
    said: '{name}: {text}',
    joined:
      'Hier lief schon ein Anruf. Sie sind ihm beigetreten; legen Sie auf, um ihn zu verlassen.',
    blocked:
      'Audio und Video kommen nicht durch. Möglicherweise blockiert sie eine Firewall. Weitere Versuche…',
    serverBlocked:
      'Nicht alle von Ihnen konnten den Server erreichen; deshalb kann niemand weiter beitreten. Möglicherweise blockiert eine Firewall Audio und Video. Versuchen Sie ein anderes Netzwerk und rufen Sie dann noch einmal an.',
    directBlocked:
      'Sie bleiben über den Server verbunden, weil es zwischen Ihnen keinen direkten Weg gibt.',
    wentOn:
      'Der Anruf ging ohne Sie weiter oder ist beendet. Rufen Sie noch einmal an.',
    declined: 'Ihr Anruf wurde abgelehnt. Versuchen Sie es später noch einmal.',
    normal: 'Der Anruf ist beendet.',
    timeout: 'Niemand hat geantwortet. Versuchen Sie es später noch einmal.',
    error: 'Der Server musste den Anruf beenden. Rufen Sie noch einmal an.',
    forced: 'Der Anruf wurde für alle beendet.',
  },
  recognition: {
    'not-allowed':
      'Ihr Browser erlaubt keine Untertitel. Erlauben Sie das Mikrofon neben der Adressleiste und schalten Sie die Untertitel dann wieder ein.',
    'service-not-allowed':
      'Ihr Browser bietet hier keine Spracherkennung. Versuchen Sie Chrome, Edge oder Safari.',
    'language-not-supported':
      'Ihr Browser erkennt diese Sprache nicht. Wählen Sie vor dem nächsten Anruf eine andere.',
    network:
      'Die Spracherkennung Ihres Browsers ist nicht erreichbar. Prüfen Sie Ihr Netzwerk und schalten Sie die Untertitel dann wieder ein.',
    'audio-capture':
      'Untertitel brauchen ein Mikrofon. Schließen Sie eines an und schalten Sie sie dann wieder ein.',
  },
  advice: {
    ALREADY_MEMBER:
      'Diese Person ist schon in der Unterhaltung. Rufen Sie sie dort an.',
    ALREADY_PARTICIPANT:
      'Sie sind in diesem Anruf schon mit einem anderen Gerät. Legen Sie dort zuerst auf.',
    AUTHORIZATION_MALFORMED:
      'Der Server nimmt Ihre Anmeldung nicht an. Laden Sie die Seite neu und melden Sie sich dann noch einmal an.',
    BANNED:
      'Sie sind aus diesem Anruf ausgeschlossen. Fragen Sie die Person, die ihn begonnen hat, ob das ein Versehen war.',
    CALL_ALREADY_ACTIVE:
      'Diese Unterhaltung hat schon einen Anruf. Treten Sie ihm bei.',
    CALL_ELSEWHERE:
      'Dieser Anruf ist auf einem anderen Server. Fragen Sie die anrufende Person nach der Adresse ihrer Seite oder rufen Sie an, wenn der Anruf beendet ist.',
    CALL_ENDED: 'Der Anruf ist beendet. Beginnen Sie einen neuen.',
    CALL_NOT_FOUND:
      'Diesen Anruf gibt es nicht mehr. Beginnen Sie einen neuen.',
    CONFLICT:
      'Inzwischen hat sich etwas geändert. Laden Sie die Seite neu und versuchen Sie es dann noch einmal.',
    CONVERSATION_DENIED:
      'Das dürfen Sie in dieser Unterhaltung nicht. Fragen Sie jemanden, der darin ist.',
    CONVERSATION_FIXED:
      'Eine Unterhaltung zu zweit bleibt eine zu zweit. Beginnen Sie stattdessen eine Gruppe mit allen.',
    CONVERSATION_NOT_FOUND:
      'Diese Unterhaltung gibt es nicht mehr. Beginnen Sie eine neue.',
    DIRECTORY_UNAVAILABLE:
      'Der Server kann Ihre Unterhaltungen gerade nicht nachschlagen. Versuchen Sie es gleich noch einmal.',
    FORBIDDEN:
      'Das erlaubt der Server nicht. Laden Sie die Seite neu und versuchen Sie es dann noch einmal.',
    INTERNAL_ERROR:
      'Auf dem Server ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.',
    INTERNAL_SERVER_ERROR:
      'Auf dem Server ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.',
    INVALID_CONVERSATION_TYPE:
      'In öffentlichen Unterhaltungen gibt es keine Anrufe. Beginnen Sie eine Gruppe.',
    INVALID_MODE:
      'Der Anruf kann gerade nicht auf diesem Weg gehen. Versuchen Sie es gleich noch einmal.',
    INVALID_REQUEST:
      'Der Server nimmt das nicht an. Prüfen Sie Ihre Eingabe und versuchen Sie es dann noch einmal.',
    KICKED:
      'Sie wurden aus diesem Anruf entfernt und können nicht zurück. Bitten Sie die Person, die ihn begonnen hat, noch einmal anzurufen.',
    LIMIT_REACHED:
      'Das war zu schnell für den Server. Versuchen Sie es gleich noch einmal.',
    MAX_PARTICIPANTS_REACHED:
      'Der Anruf ist voll. Versuchen Sie es noch einmal, wenn jemand gegangen ist.',
    MEDIA_SERVER_ERROR:
      'Der Server kann Audio und Video gerade nicht verarbeiten. Versuchen Sie es gleich noch einmal.',
    MEMBER_NOT_FOUND:
      'Diese Person ist nicht mehr in der Unterhaltung. Laden Sie die Seite neu und versuchen Sie es dann noch einmal.',
    MODE_SWITCH_FAILED:
      'Ihr Audio und Video hat den Server nicht erreicht; deshalb haben Sie den Anruf verlassen. Möglicherweise blockiert sie eine Firewall. Versuchen Sie ein anderes Netzwerk und treten Sie dann erneut bei.',
    NOT_A_MEMBER:
      'Sie sind nicht mehr in dieser Unterhaltung. Bitten Sie jemanden darin, Sie hinzuzufügen.',
    NOT_FOUND:
      'Das kennt der Server nicht. Laden Sie die Seite neu und versuchen Sie es dann noch einmal.',
    ORIGIN_REFUSED:
      'Der Server nimmt diese Seite nicht an. Bitten Sie den Betreiber, ihre Adresse in access.origins aufzunehmen.',
    PARTICIPANT_NOT_FOUND:
      'Sie sind nicht mehr in diesem Anruf. Rufen Sie noch einmal an, um zurückzukommen.',
    PERMISSION_DENIED:
      'Das erlaubt der Server nicht. Laden Sie die Seite neu und versuchen Sie es dann noch einmal.',
    RATE_LIMIT_EXCEEDED:
      'Das war zu schnell für den Server. Versuchen Sie es gleich noch einmal.',
    SERVER_FULL:
      'Der Server hat so viele Anrufe, wie er aufnehmen kann. Versuchen Sie es gleich noch einmal.',
    SERVICE_UNAVAILABLE:
      'Der Server kann das gerade nicht. Versuchen Sie es gleich noch einmal.',
    SESSION_INVALID:
      'Ihre Einladung ist abgelaufen. Bitten Sie die Person, die Sie eingeladen hat, um einen neuen Link.',
    SHARE_LINK_NOT_FOUND:
      'Diese Einladung ist abgelaufen. Bitten Sie die Person, die Sie eingeladen hat, um einen neuen Link.',
    SHUTTING_DOWN:
      'Der Server startet neu. Versuchen Sie es gleich noch einmal.',
    SIGNALING_ERROR:
      'Ihr Browser konnte nicht mit dem anderen verbunden werden. Versuchen Sie es gleich noch einmal.',
    STORE_UNAVAILABLE:
      'Der Server erreicht seine Datenbank gerade nicht. Versuchen Sie es gleich noch einmal.',
    TIMEOUT:
      'Der Server hat zu lange gebraucht. Versuchen Sie es gleich noch einmal.',
    TOKEN_EXPIRED:
      'Ihre Anmeldung ist abgelaufen. Laden Sie die Seite neu und melden Sie sich dann noch einmal an.',
    TOKEN_INVALID:
      'Der Server nimmt Ihre Anmeldung nicht an. Laden Sie die Seite neu und melden Sie sich dann noch einmal an.',
    TOKEN_MISSING:
      'Sie sind nicht angemeldet. Laden Sie die Seite neu und melden Sie sich dann noch einmal an.',
    TOKEN_NOT_YET_VALID:
      'Ihre Anmeldung gilt noch nicht. Versuchen Sie es gleich noch einmal.',
    TOKEN_TYPE_WRONG:
      'Der Server nimmt Ihre Anmeldung nicht an. Laden Sie die Seite neu und melden Sie sich dann noch einmal an.',
    TRANSCRIPTION_ERROR:
      'Ihre letzten Worte wurden nicht zum Untertitel. Sagen Sie sie noch einmal, in kürzeren Sätzen.',
    TRANSLATION_ERROR:
      'Untertitel können gerade nicht übersetzt werden. Lesen Sie sie in der gesprochenen Sprache oder bitten Sie die anderen, Ihre Sprache zu sprechen.',
    UNAUTHORIZED:
      'Der Server nimmt Ihre Anmeldung nicht an. Laden Sie die Seite neu und melden Sie sich dann noch einmal an.',
    UNKNOWN_METHOD:
      'Diese Seite passt nicht zum Server. Laden Sie sie neu und versuchen Sie es dann noch einmal.',
    USERS_UNAVAILABLE:
      'Der Server kann Ihre Identität gerade nicht prüfen. Versuchen Sie es gleich noch einmal.',
    VALIDATION_ERROR:
      'Der Server nimmt das nicht an. Prüfen Sie Ihre Eingabe und versuchen Sie es dann noch einmal.',
    LOGIN_ENDED: 'Ihre Anmeldung ist beendet. Melden Sie sich noch einmal an.',
    GUEST_ENDED:
      'Ihre Zeit als Gast ist vorbei. Treten Sie erneut bei oder bitten Sie die Person, die Sie eingeladen hat, um einen neuen Link.',
    NO_CALL:
      'Gerade läuft kein Anruf. Warten Sie hier: Es klingelt, wenn jemand anruft.',
    UNREACHABLE:
      'Der Server ist nicht erreichbar. Prüfen Sie Ihr Netzwerk und versuchen Sie es noch einmal.',
    LOST: 'Die Verbindung zum Server ist unterbrochen. Versuchen Sie es noch einmal, wenn sie wieder da ist.',
    LOST_CALL:
      'Die Verbindung zum Server ging verloren. Rufen Sie noch einmal an, wenn sie wieder da ist.',
    FIELD: '{problem} Ändern Sie das und versuchen Sie es dann noch einmal.',
    STATUS:
      'Der Server hat mit dem Status {status} geantwortet. Versuchen Sie es gleich noch einmal.',
    OTHER:
      'Der Server hat abgelehnt: {message}. Laden Sie die Seite neu und versuchen Sie es dann noch einmal.',
  },
  limits: {
    'calls.conversationsPerUser':
      'Sie haben so viele Unterhaltungen, wie dieser Server erlaubt. Nutzen Sie eine davon oder bitten Sie den Betreiber um mehr.',
    'calls.guestsPerConversation':
      'In dieser Unterhaltung waren schon so viele Gäste, wie sie aufnimmt. Bitten Sie die Person, die Sie eingeladen hat, Sie mit einem Konto hinzuzufügen, oder warten Sie bis morgen.',
    'calls.membersPerConversation':
      'Das sind mehr Personen, als eine Unterhaltung aufnimmt. Beginnen Sie sie mit weniger.',
    'limits.callsPerMinute':
      'Sie haben in kurzer Zeit viele Anrufe begonnen. Versuchen Sie es in einer Minute noch einmal.',
  },
  accounts: {
    HTTP_401:
      'Es gibt kein Konto mit dieser E-Mail-Adresse und diesem Passwort. Prüfen Sie beide oder erstellen Sie ein Konto.',
    HTTP_403:
      'Auf diesem Server kann nur der Betreiber Konten erstellen. Bitten Sie ihn um eines.',
    HTTP_404:
      'Auf diesem Server gibt es keine Konten. Fragen Sie den Betreiber danach.',
    HTTP_429:
      'Es gab zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann noch einmal.',
    HTTP_500:
      'Auf dem Server ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.',
    HTTP_503:
      'Der Server ist ausgelastet. Versuchen Sie es gleich noch einmal.',
  },
};
