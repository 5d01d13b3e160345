import type { failures as english } from '../en/failures.ts';
import type { Translation } from '../Translation.ts';

/** The texts about what went wrong in a meeting, in German. */
export const failures: Translation<typeof english> = {
  refusal: {
    TOKEN_MISSING:
      'Dieser Server verlangt einen persönlichen Einladungslink. Fragen Sie die Person danach, die Sie eingeladen hat.',
    TOKEN_EXPIRED: 'Ihr Link ist abgelaufen. Bitten Sie um einen neuen.',
    TOKEN_INVALID:
      'Ihr Link gilt auf diesem Server nicht. Bitten Sie um einen neuen.',
    TOKEN_TYPE_WRONG:
      'Ihr Link enthält kein Token zum Beitreten. Bitten Sie um einen neuen.',
    FORBIDDEN:
      'Ihr Link ist für einen anderen Raum. Bitten Sie um einen für diesen Raum.',
    BANNED:
      'Die Moderation hat Sie oder jemanden in Ihrem Netzwerk aus diesem Raum ausgeschlossen. Fragen Sie eine Person im Raum, ob das ein Versehen war.',
    REMOVED:
      'Die Moderation hat Sie aus dem Raum entfernt. Fragen Sie nach, ob das ein Versehen war.',
    ORIGIN_REFUSED:
      'Der Server nimmt von dieser Adresse, {origin}, keine Verbindungen an. Bitten Sie den Betreiber, die Adresse in access.origins aufzunehmen oder die Einstellungen des Proxys zu prüfen.',
    VALIDATION_ERROR:
      'Der Server nimmt diesen Raumnamen oder Ihren Namen nicht an. Versuchen Sie einen anderen.',
    ROOM_LOCKED:
      'Der Raum ist gesperrt. Bitten Sie jemanden im Raum, ihn zu öffnen, und versuchen Sie es dann noch einmal.',
    ROOM_FULL:
      'Der Raum ist voll. Versuchen Sie es noch einmal, wenn jemand gegangen ist.',
    NOT_FOUND:
      'Unter dieser Adresse gibt es keinen Atrium-Server. Prüfen Sie, ob die Adresse vollständig ist.',
    ROOM_NOT_FOUND:
      'Diesen Raum gibt es nicht mehr. Bitten Sie um einen Link zu einem anderen.',
    RESUME_REFUSED: 'Sie sind nicht mehr im Raum. Treten Sie erneut bei.',
    MEDIA_REJECTED:
      'Der Server unterstützt Audio und Video dieses Browsers nicht. Versuchen Sie einen anderen.',
    WEBSOCKETS_UNAVAILABLE:
      'Dieser Browser lässt die Seite keinen WebSocket öffnen, den sie für den Server braucht. Prüfen Sie seine Einstellungen und Erweiterungen oder versuchen Sie einen anderen Browser.',
    TOKEN_NOT_YET_VALID:
      'Ihr Link gilt noch nicht. Sollte er schon gelten, geht die Uhr des Servers falsch oder die des Dienstes, der den Link ausgestellt hat.',
    LIMIT_REACHED:
      'Aus Ihrem Netzwerk verbinden sich gerade zu viele Personen.',
    SERVER_FULL: 'Der Server ist gerade ausgelastet.',
    SHUTTING_DOWN: 'Der Server startet neu.',
    USERS_UNAVAILABLE: 'Der Server kann Ihre Identität gerade nicht prüfen.',
    RECORD_UNAVAILABLE:
      'Der Server kann diesen Raum gerade nicht nachschlagen.',
    CLUSTER_UNAVAILABLE: 'Der Server kann gerade keine Räume öffnen.',
    ROOM_ELSEWHERE: 'Der Raum ist jetzt auf einem anderen Server.',
    ROOM_UNREACHABLE: 'Der Server dieses Raums antwortet gerade nicht.',
    NO_WORKER: 'Der Server kann Audio und Video gerade nicht verarbeiten.',
    MEDIA_RESET: 'Der Server richtet Audio und Video gerade neu ein.',
    ROOM_CLOSED: 'Der Raum wurde gerade geschlossen.',
    PEER_CLOSED: 'Ihre Verbindung wurde durch eine andere ersetzt.',
    INTERNAL_ERROR:
      'Auf dem Server ist ein interner Fehler aufgetreten. Näheres steht in seinem Protokoll.',
    WEBSOCKETS_BLOCKED:
      'Der Server antwortet, aber WebSocket-Verbindungen erreichen ihn nicht. Möglicherweise blockiert sie ein Proxy vor dem Server oder in diesem Netzwerk.',
  },
  end: {
    replaced:
      'Sie sind von einem anderen Tab oder Fenster aus beigetreten. Um hier weiterzumachen, treten Sie erneut bei.',
    resumed:
      'Sie sind von einem anderen Tab oder Fenster aus beigetreten. Um hier weiterzumachen, treten Sie erneut bei.',
    expired: 'Ihr Link ist abgelaufen. Bitten Sie um einen neuen.',
    removed: 'Die Moderation hat Sie aus dem Raum entfernt.',
    banned:
      'Die Moderation hat Sie aus dem Raum entfernt und lässt Sie nicht wieder ein.',
    rejected: 'Die Moderation hat Sie nicht eingelassen.',
    closed: 'Die Moderation hat die Besprechung für alle beendet.',
    deleted: 'Der Raum wurde gelöscht.',
    other: 'Die Besprechung ist vorbei.',
  },
  ban: {
    until: 'Sie können nach {time} wieder beitreten.',
  },
  inRoom: {
    OUT_OF_STEP:
      'Diese Seite passt nicht mehr zum Stand des Servers. Treten Sie erneut bei.',
    OUTDATED:
      'Diese Seite passt nicht zum Server. Laden Sie sie neu und versuchen Sie es dann noch einmal.',
    GONE: 'Das hat sich inzwischen erledigt. Es gibt nichts mehr zu tun.',
    FORBIDDEN:
      'Das dürfen Sie in diesem Raum nicht. Fragen Sie die Moderation.',
    LIMIT_REACHED:
      'Das ist mehr, als der Server auf einmal erlaubt. Warten Sie einen Moment und versuchen Sie es dann noch einmal.',
    INTERNAL_ERROR:
      'Auf dem Server ist etwas schiefgegangen. Versuchen Sie es gleich noch einmal.',
    SHUTTING_DOWN:
      'Der Server startet neu. Versuchen Sie es gleich noch einmal.',
    SERVER_FULL:
      'Der Server ist gerade ausgelastet. Versuchen Sie es gleich noch einmal.',
    USERS_UNAVAILABLE:
      'Der Server kann Ihre Identität gerade nicht prüfen. Versuchen Sie es gleich noch einmal.',
    RECORD_UNAVAILABLE:
      'Der Server kann diesen Raum gerade nicht nachschlagen. Versuchen Sie es gleich noch einmal.',
    CLUSTER_UNAVAILABLE:
      'Der Server kann gerade keine Räume öffnen. Versuchen Sie es gleich noch einmal.',
    ROOM_ELSEWHERE:
      'Der Raum ist jetzt auf einem anderen Server. Versuchen Sie es gleich noch einmal.',
    ROOM_UNREACHABLE:
      'Der Server dieses Raums antwortet gerade nicht. Versuchen Sie es gleich noch einmal.',
    NO_WORKER:
      'Der Server kann Audio und Video gerade nicht verarbeiten. Versuchen Sie es gleich noch einmal.',
    MEDIA_RESET:
      'Der Server richtet Audio und Video gerade neu ein. Versuchen Sie es gleich noch einmal.',
    MEDIA_REJECTED:
      'Der Server unterstützt Audio und Video dieses Browsers nicht. Versuchen Sie einen anderen.',
    ROOM_FULL:
      'Der Raum ist voll. Lassen Sie andere ein, wenn jemand gegangen ist.',
    PEER_NOT_FOUND: 'Diese Person ist nicht mehr hier.',
    IN_LOBBY: 'Sie sind im Warteraum, bis die Moderation Sie einlässt.',
    ROOM_HAS_LOBBY:
      'Der Raum hat einen Warteraum, in dem Sie nicht warten können.',
    LOST: 'Die Verbindung zum Server ging verloren. Versuchen Sie es gleich noch einmal.',
    UNKNOWN:
      'Der Server lässt Sie nicht ein, und diese Seite kennt den Grund nicht. Versuchen Sie es später noch einmal.',
  },
  connection: {
    noAnswer: 'Der Server antwortet nicht.',
    restarting: 'Der Server startet neu. Sie sind gleich wieder im Raum…',
    workerDied:
      'Der Server musste Audio und Video neu starten. Sie sind gleich wieder im Raum…',
    slow: 'Ihr Netzwerk ist zu langsam für das, was Ihnen gesendet wird; deshalb ging die Verbindung verloren. Verbindung wird wiederhergestellt…',
    flood:
      'Diese Seite hat zu viel auf einmal gesendet; deshalb hat der Server die Verbindung geschlossen. Verbindung wird wiederhergestellt…',
    protocol:
      'Der Server und diese Seite haben sich nicht verstanden. Verbindung wird wiederhergestellt…',
    lost: 'Die Verbindung zum Server ging verloren. Verbindung wird wiederhergestellt…',
    lostBecause:
      'Die Verbindung zum Server ging verloren. {reason} Neuer Versuch…',
  },
  insecure: {
    page: 'Ihr Browser erlaubt Kamera und Mikrofon nur auf Seiten, die über HTTPS geladen wurden.',
  },
  refused: {
    mic: 'Ihr Browser hat das Mikrofon für diese Seite blockiert. Erlauben Sie es neben der Adressleiste und drücken Sie die Taste dann noch einmal.',
    camera:
      'Ihr Browser hat die Kamera für diese Seite blockiert. Erlauben Sie sie neben der Adressleiste und drücken Sie die Taste dann noch einmal.',
    both: 'Ihr Browser hat Mikrofon und Kamera für diese Seite blockiert. Erlauben Sie beide neben der Adressleiste und drücken Sie die Taste dann noch einmal.',
  },
  missing: {
    mic: 'Es wurde kein Mikrofon gefunden. Schließen Sie eines an und drücken Sie seine Taste, um es zu verwenden.',
    camera:
      'Es wurde keine Kamera gefunden. Schließen Sie eine an und drücken Sie ihre Taste, um sie zu verwenden.',
    both: 'Es wurden weder Mikrofon noch Kamera gefunden. Schließen Sie ein Gerät an und drücken Sie seine Taste, um es zu verwenden.',
  },
  busy: {
    mic: 'Das Mikrofon konnte nicht gestartet werden. Möglicherweise verwendet es ein anderes Programm.',
    camera:
      'Die Kamera konnte nicht gestartet werden. Möglicherweise verwendet sie ein anderes Programm.',
    both: 'Mikrofon und Kamera konnten nicht gestartet werden. Möglicherweise verwendet sie ein anderes Programm.',
  },
  unopened: {
    mic: 'Das Mikrofon konnte nicht geöffnet werden. Drücken Sie die Taste, um es noch einmal zu versuchen, oder wählen Sie in den Einstellungen des Browsers ein anderes Gerät.',
    camera:
      'Die Kamera konnte nicht geöffnet werden. Drücken Sie die Taste, um es noch einmal zu versuchen, oder wählen Sie in den Einstellungen des Browsers ein anderes Gerät.',
    both: 'Mikrofon und Kamera konnten nicht geöffnet werden. Drücken Sie die Taste, um es noch einmal zu versuchen, oder wählen Sie in den Einstellungen des Browsers andere Geräte.',
  },
  lost: {
    mic: 'Ihr Mikrofon ist ausgefallen. Wurde es abgezogen?',
    camera: 'Ihre Kamera ist ausgefallen. Wurde sie abgezogen?',
  },
  muted: {
    mic: 'Die Moderation hat Ihr Mikrofon stummgeschaltet.',
    camera: 'Die Moderation hat Ihre Kamera ausgeschaltet.',
  },
  wanted: {
    mic: 'Die Moderation bittet Sie, Ihr Mikrofon einzuschalten.',
    camera: 'Die Moderation bittet Sie, Ihre Kamera einzuschalten.',
  },
  stopped: {
    mic: 'Die Moderation hat Ihr Mikrofon beendet.',
    camera: 'Die Moderation hat Ihre Kamera beendet.',
    screen: 'Die Moderation hat Ihre Bildschirmfreigabe beendet.',
    'screen-audio': 'Die Moderation hat den Ton Ihres Bildschirms beendet.',
  },
  unsent: {
    mic: 'Ihr Mikrofon konnte nicht gesendet werden. {advice}',
    camera: 'Ihre Kamera konnte nicht gesendet werden. {advice}',
    screen: 'Ihr Bildschirm konnte nicht gesendet werden. {advice}',
    'screen-audio':
      'Der Ton Ihres Bildschirms konnte nicht gesendet werden. {advice}',
    advice: 'Drücken Sie die Taste, um es noch einmal zu versuchen.',
  },
  capture: {
    denied:
      'Ihr Betriebssystem erlaubt dem Browser nicht, den Bildschirm aufzunehmen. Erlauben Sie es in den Systemeinstellungen und geben Sie ihn dann noch einmal frei.',
    failed:
      'Der Browser konnte Ihren Bildschirm nicht aufnehmen. Geben Sie ihn noch einmal frei und wählen Sie ein anderes Fenster oder den ganzen Bildschirm.',
  },
};
