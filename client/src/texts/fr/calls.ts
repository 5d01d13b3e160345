import type { calls as english } from '../en/calls.ts';
import type { Translation } from '../Translation.ts';

/** The texts of the page for calls alone, in French. */
export const calls: Translation<typeof english> = {
  home: {
    title: 'Appels · Atrium',
    titleOf: '{name} · Appels · Atrium',
    calling: 'Appel de {name}',
    call: 'Appel',
    headline: 'Appelez quelqu’un.',
    invited: 'Vous êtes invité.',
    welcome:
      'À deux, vous parlez directement. À partir de trois, le serveur prend le relais.',
    name: 'Votre nom',
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    logIn: 'Connexion',
    newHere: 'Première visite ?',
    createAccount: 'Créer un compte',
    logInInstead: 'Se connecter plutôt',
    backToAccount: 'Retour à votre compte',
    joinAsGuest: 'Rejoindre en tant qu’invité',
    fillIn: 'Remplissez ce champ : {field}.',
    calls: 'Appels',
    logOut: 'Se déconnecter',
    youAre:
      'Vous êtes {name}. Votre identifiant est {id} : les personnes qui veulent vous appeler en ont besoin.',
    guest:
      'Vous êtes ici en tant qu’invité, {name}. Gardez cette page ouverte : elle sonne quand quelqu’un appelle.',
    conversations: 'Conversations',
    noConversations:
      'Aucune conversation pour l’instant. Commencez-en une ci-dessous.',
    newConversation: 'Nouvelle conversation',
    userId: 'Identifiant',
    userIdHint: 'Pour un groupe, séparez-les par des virgules.',
    userIdMissing:
      'Saisissez l’identifiant de la personne à qui vous voulez parler. Il figure sur sa propre page d’appels.',
    titleField: 'Titre',
    onlyGroups: 'Seulement pour les groupes',
    start: 'Commencer',
    spoken: 'Votre langue, pour les sous-titres',
    sound: 'Son quand un appel sonne',
    lastCalls: 'Derniers appels',
    noCalls: 'Aucun appel pour l’instant.',
    goingOn: {
      one: '{time} · {count} personne · en cours',
      other: '{time} · {count} personnes · en cours',
      many: '{time} · {count} personnes · en cours',
    },
    notAnswered: '{time} · sans réponse',
    past: {
      one: '{time} · {count} personne · {duration}',
      other: '{time} · {count} personnes · {duration}',
      many: '{time} · {count} personnes · {duration}',
    },
    video: 'Appel vidéo',
    videoWith: 'Appel vidéo : {name}',
    audio: 'Appel audio',
    audioWith: 'Appel audio : {name}',
    guestVideo: 'Rejoindre avec vidéo',
    guestVideoWith: 'Rejoindre avec vidéo : {name}',
    guestAudio: 'Rejoindre sans vidéo',
    guestAudioWith: 'Rejoindre sans vidéo : {name}',
  },
  call: {
    people: 'Personnes dans l’appel',
    subtitles: 'Sous-titres',
    startSubtitles: 'Sous-titres',
    stopSubtitles: 'Couper les sous-titres',
    hangUp: 'Raccrocher',
    over: 'L’appel est terminé',
    again: 'Rappeler',
    back: 'Retour à vos conversations',
    guestBack: 'Retour à la conversation',
    accept: 'Accepter',
    withoutVideo: 'Sans vidéo',
    decline: 'Refuser',
    incoming: '{name} vous appelle.',
    incomingVideo: '{name} vous appelle. Avec vidéo.',
    leaves: 'Si vous acceptez, vous quittez l’appel en cours.',
    missed: 'Vous avez manqué un appel de {name}. Rappelez.',
    guestMissed:
      'Vous avez manqué un appel de {name}. Rejoignez-le s’il est encore en cours.',
    answeredElsewhere:
      'Vous avez répondu à l’appel de {name} sur un autre appareil.',
    declinedElsewhere:
      'Vous avez refusé l’appel de {name} sur un autre appareil.',
    calling: 'Appel de {name} en cours…',
    alone:
      'Personne d’autre n’est dans l’appel. Raccrochez ou attendez que quelqu’un rejoigne.',
    direct: 'Direct',
    byServer: 'Par le serveur',
    said: '{name} : {text}',
    joined:
      'Un appel était déjà en cours ici. Vous l’avez rejoint ; raccrochez pour le quitter.',
    blocked:
      'L’audio et la vidéo ne passent pas. Un pare-feu les bloque peut-être. Nouvel essai en cours…',
    serverBlocked:
      'Le serveur n’a pas pu être joint par chacun de vous ; personne d’autre ne peut donc rejoindre. Un pare-feu bloque peut-être l’audio et la vidéo. Essayez un autre réseau, puis rappelez.',
    directBlocked:
      'Vous restez connectés par le serveur, car il n’y a pas de chemin direct entre vous.',
    wentOn: 'L’appel a continué sans vous ou est terminé. Rappelez.',
    declined: 'Votre appel a été refusé. Réessayez plus tard.',
    normal: 'L’appel est terminé.',
    timeout: 'Personne n’a répondu. Réessayez plus tard.',
    error: 'Le serveur a dû mettre fin à l’appel. Rappelez.',
    forced: 'L’appel a été terminé pour tous.',
  },
  recognition: {
    'not-allowed':
      'Votre navigateur n’autorise pas les sous-titres. Autorisez le micro à côté de la barre d’adresse, puis réactivez-les.',
    'service-not-allowed':
      'Votre navigateur n’offre pas de reconnaissance vocale ici. Essayez Chrome, Edge ou Safari.',
    'language-not-supported':
      'Votre navigateur ne reconnaît pas cette langue. Choisissez-en une autre avant le prochain appel.',
    network:
      'La reconnaissance vocale de votre navigateur est injoignable. Vérifiez votre réseau, puis réactivez les sous-titres.',
    'audio-capture':
      'Les sous-titres ont besoin d’un micro. Branchez-en un, puis réactivez-les.',
  },
  advice: {
    ALREADY_MEMBER:
      'Cette personne est déjà dans la conversation. Appelez-la là.',
    ALREADY_PARTICIPANT:
      'Vous êtes déjà dans cet appel sur un autre appareil. Raccrochez d’abord là-bas.',
    AUTHORIZATION_MALFORMED:
      'Le serveur n’accepte pas votre connexion. Rechargez la page, puis reconnectez-vous.',
    BANNED:
      'Vous êtes banni de cet appel. Demandez à la personne qui l’a commencé si c’est une erreur.',
    CALL_ALREADY_ACTIVE: 'Cette conversation a déjà un appel. Rejoignez-le.',
    CALL_ELSEWHERE:
      'Cet appel est sur un autre serveur. Demandez à la personne qui a appelé l’adresse de sa page, ou rappelez quand l’appel sera terminé.',
    CALL_ENDED: 'L’appel est terminé. Commencez-en un nouveau.',
    CALL_NOT_FOUND: 'Cet appel n’existe plus. Commencez-en un nouveau.',
    CONFLICT:
      'Quelque chose a changé entre-temps. Rechargez la page, puis réessayez.',
    CONVERSATION_DENIED:
      'Vous ne pouvez pas faire cela dans la conversation. Demandez à quelqu’un qui en fait partie.',
    CONVERSATION_FIXED:
      'Une conversation à deux reste à deux. Commencez plutôt un groupe avec tout le monde.',
    CONVERSATION_NOT_FOUND:
      'Cette conversation n’existe plus. Commencez-en une nouvelle.',
    DIRECTORY_UNAVAILABLE:
      'Le serveur ne peut pas consulter vos conversations en ce moment. Réessayez dans un moment.',
    FORBIDDEN:
      'Le serveur ne le permet pas. Rechargez la page, puis réessayez.',
    INTERNAL_ERROR:
      'Un problème est survenu sur le serveur. Réessayez dans un moment.',
    INTERNAL_SERVER_ERROR:
      'Un problème est survenu sur le serveur. Réessayez dans un moment.',
    INVALID_CONVERSATION_TYPE:
      'Il n’y a pas d’appels dans les conversations publiques. Commencez un groupe.',
    INVALID_MODE:
      'L’appel ne peut pas passer par là maintenant. Réessayez dans un moment.',
    INVALID_REQUEST:
      'Le serveur ne l’accepte pas. Vérifiez ce que vous avez saisi, puis réessayez.',
    KICKED:
      'Vous avez été exclu de cet appel et ne pouvez pas revenir. Demandez à la personne qui l’a commencé de rappeler.',
    LIMIT_REACHED:
      'C’était trop rapide pour le serveur. Réessayez dans un moment.',
    MAX_PARTICIPANTS_REACHED:
      'L’appel est complet. Réessayez quand quelqu’un sera parti.',
    MEDIA_SERVER_ERROR:
      'Le serveur ne peut pas traiter l’audio et la vidéo en ce moment. Réessayez dans un moment.',
    MEMBER_NOT_FOUND:
      'Cette personne n’est plus dans la conversation. Rechargez la page, puis réessayez.',
    MODE_SWITCH_FAILED:
      'Votre audio et votre vidéo n’ont pas atteint le serveur ; vous avez donc quitté l’appel. Un pare-feu les bloque peut-être. Essayez un autre réseau, puis rejoignez de nouveau.',
    NOT_A_MEMBER:
      'Vous n’êtes plus dans cette conversation. Demandez à un de ses membres de vous ajouter.',
    NOT_FOUND:
      'Le serveur ne connaît pas cela. Rechargez la page, puis réessayez.',
    ORIGIN_REFUSED:
      'Le serveur n’accepte pas cette page. Demandez à son exploitant d’ajouter l’adresse à access.origins.',
    PARTICIPANT_NOT_FOUND:
      'Vous n’êtes plus dans cet appel. Rappelez pour y revenir.',
    PERMISSION_DENIED:
      'Le serveur ne le permet pas. Rechargez la page, puis réessayez.',
    RATE_LIMIT_EXCEEDED:
      'C’était trop rapide pour le serveur. Réessayez dans un moment.',
    SERVER_FULL:
      'Le serveur a autant d’appels qu’il peut en accueillir. Réessayez dans un moment.',
    SERVICE_UNAVAILABLE:
      'Le serveur ne peut pas le faire en ce moment. Réessayez dans un moment.',
    SESSION_INVALID:
      'Votre invitation a expiré. Demandez un nouveau lien à la personne qui vous a invité.',
    SHARE_LINK_NOT_FOUND:
      'Cette invitation a expiré. Demandez un nouveau lien à la personne qui vous a invité.',
    SHUTTING_DOWN: 'Le serveur redémarre. Réessayez dans un moment.',
    SIGNALING_ERROR:
      'Votre navigateur n’a pas pu être relié à l’autre. Réessayez dans un moment.',
    STORE_UNAVAILABLE:
      'Le serveur ne peut pas joindre sa base de données en ce moment. Réessayez dans un moment.',
    TIMEOUT: 'Le serveur a mis trop de temps. Réessayez dans un moment.',
    TOKEN_EXPIRED:
      'Votre connexion a expiré. Rechargez la page, puis reconnectez-vous.',
    TOKEN_INVALID:
      'Le serveur n’accepte pas votre connexion. Rechargez la page, puis reconnectez-vous.',
    TOKEN_MISSING:
      'Vous n’êtes pas connecté. Rechargez la page, puis connectez-vous.',
    TOKEN_NOT_YET_VALID:
      'Votre connexion n’est pas encore valable. Réessayez dans un moment.',
    TOKEN_TYPE_WRONG:
      'Le serveur n’accepte pas votre connexion. Rechargez la page, puis reconnectez-vous.',
    TRANSCRIPTION_ERROR:
      'Vos derniers mots ne sont pas devenus un sous-titre. Répétez-les, en phrases plus courtes.',
    TRANSLATION_ERROR:
      'Les sous-titres ne peuvent pas être traduits en ce moment. Lisez-les tels qu’ils sont dits, ou demandez aux autres de parler votre langue.',
    UNAUTHORIZED:
      'Le serveur n’accepte pas votre connexion. Rechargez la page, puis reconnectez-vous.',
    UNKNOWN_METHOD:
      'Cette page ne correspond pas au serveur. Rechargez-la, puis réessayez.',
    USERS_UNAVAILABLE:
      'Le serveur ne peut pas vérifier votre identité en ce moment. Réessayez dans un moment.',
    VALIDATION_ERROR:
      'Le serveur ne l’accepte pas. Vérifiez ce que vous avez saisi, puis réessayez.',
    LOGIN_ENDED: 'Votre session est terminée. Reconnectez-vous.',
    GUEST_ENDED:
      'Votre temps en tant qu’invité est écoulé. Rejoignez de nouveau, ou demandez un nouveau lien à la personne qui vous a invité.',
    NO_CALL:
      'Il n’y a pas d’appel en ce moment. Attendez ici : la page sonne quand quelqu’un appelle.',
    UNREACHABLE:
      'Le serveur est injoignable. Vérifiez votre réseau et réessayez.',
    LOST: 'La connexion au serveur est perdue. Réessayez quand elle sera rétablie.',
    LOST_CALL:
      'La connexion au serveur a été perdue. Rappelez quand elle sera rétablie.',
    FIELD: '{problem} Corrigez, puis réessayez.',
    STATUS:
      'Le serveur a répondu avec le statut {status}. Réessayez dans un moment.',
    OTHER:
      'Le serveur a refusé : {message}. Rechargez la page, puis réessayez.',
  },
  limits: {
    'calls.conversationsPerUser':
      'Vous avez autant de conversations que ce serveur le permet. Utilisez-en une, ou demandez-en plus à son exploitant.',
    'calls.guestsPerConversation':
      'La conversation a accueilli autant d’invités qu’elle le peut. Demandez à la personne qui vous a invité de vous ajouter avec un compte, ou attendez demain.',
    'calls.membersPerConversation':
      'C’est plus de personnes qu’une conversation n’en accueille. Commencez-la avec moins.',
    'limits.callsPerMinute':
      'Vous avez lancé beaucoup d’appels en peu de temps. Réessayez dans une minute.',
  },
  accounts: {
    HTTP_401:
      'Il n’existe pas de compte avec cette adresse e-mail et ce mot de passe. Vérifiez-les, ou créez un compte.',
    HTTP_403:
      'Sur ce serveur, seul l’exploitant crée des comptes. Demandez-lui-en un.',
    HTTP_404:
      'Il n’y a pas de comptes sur ce serveur. Demandez à son exploitant.',
    HTTP_429:
      'Il y a eu trop de tentatives. Attendez une minute, puis réessayez.',
    HTTP_500:
      'Un problème est survenu sur le serveur. Réessayez dans un moment.',
    HTTP_503: 'Le serveur est occupé. Réessayez dans un moment.',
  },
};
