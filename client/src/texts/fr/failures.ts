import type { failures as english } from '../en/failures.ts';
import type { Translation } from '../Translation.ts';

/** The texts about what went wrong in a meeting, in French. */
export const failures: Translation<typeof english> = {
  refusal: {
    TOKEN_MISSING:
      'Ce serveur exige un lien d’invitation personnel. Demandez-en un à la personne qui vous a invité.',
    TOKEN_EXPIRED: 'Votre lien a expiré. Demandez-en un nouveau.',
    TOKEN_INVALID:
      'Votre lien n’est pas valable sur ce serveur. Demandez-en un nouveau.',
    TOKEN_TYPE_WRONG:
      'Votre lien ne contient pas de jeton pour rejoindre. Demandez-en un nouveau.',
    FORBIDDEN:
      'Votre lien est destiné à une autre salle. Demandez-en un pour celle-ci.',
    BANNED:
      'Un modérateur vous a banni de cette salle, vous ou quelqu’un de votre réseau. Demandez à une personne présente si c’est une erreur.',
    REMOVED:
      'Un modérateur vous a exclu de la salle. Demandez-lui si c’est une erreur.',
    ORIGIN_REFUSED:
      'Le serveur n’accepte pas les connexions depuis cette adresse, {origin}. Demandez à son exploitant d’ajouter l’adresse à access.origins ou de vérifier les réglages du proxy.',
    VALIDATION_ERROR:
      'Le serveur n’accepte pas ce nom de salle ou votre nom. Essayez-en un autre.',
    ROOM_LOCKED:
      'La salle est verrouillée. Demandez à une personne présente de la déverrouiller, puis réessayez.',
    ROOM_FULL: 'La salle est pleine. Réessayez quand quelqu’un sera parti.',
    NOT_FOUND:
      'Il n’y a pas de serveur Atrium à cette adresse. Vérifiez que l’adresse est complète.',
    ROOM_NOT_FOUND: 'Cette salle n’existe plus. Demandez le lien d’une autre.',
    RESUME_REFUSED: 'Vous n’êtes plus dans la salle. Rejoignez-la de nouveau.',
    MEDIA_REJECTED:
      'Le serveur ne prend pas en charge l’audio et la vidéo de ce navigateur. Essayez-en un autre.',
    WEBSOCKETS_UNAVAILABLE:
      'Ce navigateur ne permet pas à la page d’ouvrir un WebSocket, nécessaire pour joindre le serveur. Vérifiez ses paramètres et ses extensions, ou essayez un autre navigateur.',
    TOKEN_NOT_YET_VALID:
      'Votre lien n’est pas encore valable. S’il devrait l’être, l’horloge du serveur, ou celle du service qui a émis le lien, est déréglée.',
    LIMIT_REACHED:
      'Trop de personnes se connectent depuis votre réseau en ce moment.',
    SERVER_FULL: 'Le serveur est complet en ce moment.',
    SHUTTING_DOWN: 'Le serveur redémarre.',
    USERS_UNAVAILABLE:
      'Le serveur ne peut pas vérifier votre identité en ce moment.',
    RECORD_UNAVAILABLE:
      'Le serveur ne peut pas consulter cette salle en ce moment.',
    CLUSTER_UNAVAILABLE:
      'Le serveur ne peut pas ouvrir de salles en ce moment.',
    ROOM_ELSEWHERE: 'La salle est maintenant sur un autre serveur.',
    ROOM_UNREACHABLE: 'Le serveur de cette salle ne répond pas en ce moment.',
    NO_WORKER:
      'Le serveur ne peut pas traiter l’audio et la vidéo en ce moment.',
    MEDIA_RESET: 'Le serveur remet en place l’audio et la vidéo.',
    ROOM_CLOSED: 'La salle vient de fermer.',
    PEER_CLOSED: 'Votre connexion a été remplacée par une autre.',
    INTERNAL_ERROR:
      'Une erreur interne s’est produite sur le serveur. Son journal contient les détails.',
    WEBSOCKETS_BLOCKED:
      'Le serveur répond, mais les connexions WebSocket ne l’atteignent pas. Un proxy devant le serveur ou dans ce réseau les bloque peut-être.',
  },
  end: {
    replaced:
      'Vous avez rejoint depuis un autre onglet ou une autre fenêtre. Pour continuer ici, rejoignez de nouveau.',
    resumed:
      'Vous avez rejoint depuis un autre onglet ou une autre fenêtre. Pour continuer ici, rejoignez de nouveau.',
    expired: 'Votre lien a expiré. Demandez-en un nouveau.',
    removed: 'Un modérateur vous a exclu de la salle.',
    banned:
      'Un modérateur vous a exclu de la salle et ne vous laisse plus entrer.',
    rejected: 'Un modérateur ne vous a pas admis.',
    closed: 'Un modérateur a mis fin à la réunion pour tous.',
    deleted: 'La salle a été supprimée.',
    other: 'La réunion est terminée.',
  },
  ban: {
    until: 'Vous pourrez revenir après l’heure suivante : {time}.',
  },
  inRoom: {
    OUT_OF_STEP:
      'Cette page n’est plus synchronisée avec le serveur. Rejoignez de nouveau.',
    OUTDATED:
      'Cette page ne correspond pas au serveur. Rechargez-la, puis réessayez.',
    GONE: 'C’est terminé entre-temps. Il n’y a plus rien à faire.',
    FORBIDDEN:
      'Vous n’y êtes pas autorisé dans cette salle. Demandez à un modérateur.',
    LIMIT_REACHED:
      'C’est plus que ce que le serveur permet à la fois. Attendez un moment, puis réessayez.',
    INTERNAL_ERROR:
      'Un problème est survenu sur le serveur. Réessayez dans un moment.',
    SHUTTING_DOWN: 'Le serveur redémarre. Réessayez dans un moment.',
    SERVER_FULL:
      'Le serveur est complet en ce moment. Réessayez dans un moment.',
    USERS_UNAVAILABLE:
      'Le serveur ne peut pas vérifier votre identité en ce moment. Réessayez dans un moment.',
    RECORD_UNAVAILABLE:
      'Le serveur ne peut pas consulter cette salle en ce moment. Réessayez dans un moment.',
    CLUSTER_UNAVAILABLE:
      'Le serveur ne peut pas ouvrir de salles en ce moment. Réessayez dans un moment.',
    ROOM_ELSEWHERE:
      'La salle est maintenant sur un autre serveur. Réessayez dans un moment.',
    ROOM_UNREACHABLE:
      'Le serveur de cette salle ne répond pas en ce moment. Réessayez dans un moment.',
    NO_WORKER:
      'Le serveur ne peut pas traiter l’audio et la vidéo en ce moment. Réessayez dans un moment.',
    MEDIA_RESET:
      'Le serveur remet en place l’audio et la vidéo. Réessayez dans un moment.',
    MEDIA_REJECTED:
      'Le serveur ne prend pas en charge l’audio et la vidéo de ce navigateur. Essayez-en un autre.',
    ROOM_FULL:
      'La salle est pleine. Admettez d’autres personnes quand quelqu’un sera parti.',
    PEER_NOT_FOUND: 'Cette personne n’est plus là.',
    IN_LOBBY:
      'Vous êtes dans la salle d’attente jusqu’à ce qu’un modérateur vous admette.',
    ROOM_HAS_LOBBY:
      'La salle a une salle d’attente, dans laquelle vous ne pouvez pas patienter.',
    LOST: 'La connexion au serveur a été perdue. Réessayez dans un moment.',
    UNKNOWN:
      'Le serveur ne vous laisse pas entrer et cette page n’en connaît pas la raison. Réessayez plus tard.',
  },
  connection: {
    noAnswer: 'Le serveur ne répond pas.',
    restarting:
      'Le serveur redémarre. Vous serez de retour dans la salle dans un moment…',
    workerDied:
      'Le serveur a dû relancer l’audio et la vidéo. Vous serez de retour dans la salle dans un moment…',
    slow: 'Votre réseau est trop lent pour ce qui vous est envoyé, la connexion a donc été perdue. Reconnexion…',
    flood:
      'Cette page a trop envoyé à la fois, le serveur a donc fermé la connexion. Reconnexion…',
    protocol: 'Le serveur et cette page ne se sont pas compris. Reconnexion…',
    lost: 'La connexion au serveur a été perdue. Reconnexion…',
    lostBecause: 'La connexion au serveur a été perdue. {reason} Nouvel essai…',
  },
  insecure: {
    page: 'Votre navigateur n’autorise la caméra et le micro que sur les pages chargées en HTTPS.',
  },
  refused: {
    mic: 'Votre navigateur a bloqué le micro pour cette page. Autorisez-le à côté de la barre d’adresse, puis appuyez de nouveau sur le bouton.',
    camera:
      'Votre navigateur a bloqué la caméra pour cette page. Autorisez-la à côté de la barre d’adresse, puis appuyez de nouveau sur le bouton.',
    both: 'Votre navigateur a bloqué le micro et la caméra pour cette page. Autorisez-les à côté de la barre d’adresse, puis appuyez de nouveau sur le bouton.',
  },
  missing: {
    mic: 'Aucun micro n’a été trouvé. Branchez-en un et appuyez sur son bouton pour l’utiliser.',
    camera:
      'Aucune caméra n’a été trouvée. Branchez-en une et appuyez sur son bouton pour l’utiliser.',
    both: 'Ni micro ni caméra n’ont été trouvés. Branchez un appareil et appuyez sur son bouton pour l’utiliser.',
  },
  busy: {
    mic: 'Le micro n’a pas pu démarrer. Un autre programme l’utilise peut-être.',
    camera:
      'La caméra n’a pas pu démarrer. Un autre programme l’utilise peut-être.',
    both: 'Le micro et la caméra n’ont pas pu démarrer. Un autre programme les utilise peut-être.',
  },
  unopened: {
    mic: 'Le micro n’a pas pu être ouvert. Appuyez sur le bouton pour réessayer, ou choisissez un autre appareil dans les paramètres du navigateur.',
    camera:
      'La caméra n’a pas pu être ouverte. Appuyez sur le bouton pour réessayer, ou choisissez un autre appareil dans les paramètres du navigateur.',
    both: 'Le micro et la caméra n’ont pas pu être ouverts. Appuyez sur le bouton pour réessayer, ou choisissez d’autres appareils dans les paramètres du navigateur.',
  },
  lost: {
    mic: 'Votre micro s’est arrêté. A-t-il été débranché ?',
    camera: 'Votre caméra s’est arrêtée. A-t-elle été débranchée ?',
  },
  muted: {
    mic: 'Un modérateur a coupé votre micro.',
    camera: 'Un modérateur a coupé votre caméra.',
  },
  wanted: {
    mic: 'Un modérateur vous demande d’activer votre micro.',
    camera: 'Un modérateur vous demande d’activer votre caméra.',
  },
  stopped: {
    mic: 'Un modérateur a arrêté votre micro.',
    camera: 'Un modérateur a arrêté votre caméra.',
    screen: 'Un modérateur a arrêté votre partage d’écran.',
    'screen-audio': 'Un modérateur a arrêté le son de votre écran.',
  },
  unsent: {
    mic: 'Votre micro n’a pas pu être transmis. {advice}',
    camera: 'Votre caméra n’a pas pu être transmise. {advice}',
    screen: 'Votre écran n’a pas pu être transmis. {advice}',
    'screen-audio': 'Le son de votre écran n’a pas pu être transmis. {advice}',
    advice: 'Appuyez sur le bouton pour réessayer.',
  },
  capture: {
    denied:
      'Votre système d’exploitation n’autorise pas le navigateur à enregistrer l’écran. Autorisez-le dans les réglages du système, puis partagez de nouveau.',
    failed:
      'Le navigateur n’a pas pu enregistrer votre écran. Partagez de nouveau et choisissez une autre fenêtre ou tout l’écran.',
  },
};
