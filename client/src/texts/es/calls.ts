import type { calls as english } from '../en/calls.ts';
import type { Translation } from '../Translation.ts';

/** The texts of the page for calls alone, in Spanish. */
export const calls: Translation<typeof english> = {
  home: {
    title: 'Llamadas · Atrium',
    titleOf: '{name} · Llamadas · Atrium',
    calling: '{name} está llamando',
    call: 'Llamada',
    headline: 'Llama a alguien.',
    invited: 'Te han invitado.',
    welcome:
      'Dos personas hablan directamente. Con una tercera, interviene el servidor.',
    name: 'Tu nombre',
    email: 'Correo electrónico',
    password: 'Contraseña',
    logIn: 'Iniciar sesión',
    newHere: '¿Primera vez aquí?',
    createAccount: 'Crear cuenta',
    logInInstead: 'Prefiero iniciar sesión',
    backToAccount: 'Volver a tu cuenta',
    joinAsGuest: 'Unirse como invitado',
    fillIn: 'Rellena este campo: {field}.',
    calls: 'Llamadas',
    logOut: 'Cerrar sesión',
    youAre:
      'Eres {name}. Tu ID de usuario es {id}: quien quiera llamarte lo necesita.',
    guest:
      'Estás aquí como invitado, {name}. Deja esta página abierta: suena cuando alguien llama.',
    conversations: 'Conversaciones',
    noConversations: 'Aún no hay conversaciones. Empieza una abajo.',
    newConversation: 'Nueva conversación',
    userId: 'ID de usuario',
    userIdHint: 'Para un grupo, sepáralos con comas.',
    userIdMissing:
      'Escribe el ID de usuario de la persona con la que quieres hablar. Está en su propia página de llamadas.',
    titleField: 'Título',
    onlyGroups: 'Solo para grupos',
    start: 'Empezar',
    spoken: 'Tu idioma, para los subtítulos',
    sound: 'Sonido cuando suena una llamada',
    lastCalls: 'Últimas llamadas',
    noCalls: 'Aún no hay llamadas.',
    goingOn: {
      one: '{time} · {count} persona · en curso',
      other: '{time} · {count} personas · en curso',
      many: '{time} · {count} personas · en curso',
    },
    notAnswered: '{time} · sin respuesta',
    past: {
      one: '{time} · {count} persona · {duration}',
      other: '{time} · {count} personas · {duration}',
      many: '{time} · {count} personas · {duration}',
    },
    video: 'Videollamada',
    videoWith: 'Videollamada: {name}',
    audio: 'Llamada de audio',
    audioWith: 'Llamada de audio: {name}',
    guestVideo: 'Unirse con vídeo',
    guestVideoWith: 'Unirse con vídeo: {name}',
    guestAudio: 'Unirse sin vídeo',
    guestAudioWith: 'Unirse sin vídeo: {name}',
  },
  call: {
    people: 'Personas en la llamada',
    subtitles: 'Subtítulos',
    startSubtitles: 'Subtítulos',
    stopSubtitles: 'Quitar subtítulos',
    hangUp: 'Colgar',
    over: 'La llamada ha terminado',
    again: 'Volver a llamar',
    back: 'Volver a tus conversaciones',
    guestBack: 'Volver a la conversación',
    accept: 'Aceptar',
    withoutVideo: 'Sin vídeo',
    decline: 'Rechazar',
    incoming: '{name} está llamando.',
    incomingVideo: '{name} está llamando. Con vídeo.',
    leaves: 'Si aceptas, sales de la llamada en la que estás.',
    missed: 'Tienes una llamada perdida de {name}. Devuélvela.',
    guestMissed: 'Tienes una llamada perdida de {name}. Únete si aún sigue.',
    answeredElsewhere:
      'Contestaste a la llamada de {name} en otro dispositivo.',
    declinedElsewhere: 'Rechazaste la llamada de {name} en otro dispositivo.',
    calling: 'Llamando a {name}…',
    alone:
      'No hay nadie más en la llamada. Cuelga o espera a que alguien se una.',
    direct: 'Directa',
    byServer: 'A través del servidor',
    said: '{name}: {text}',
    joined:
      'Aquí ya había una llamada en curso. Te has unido; cuelga para salir.',
    blocked:
      'El audio y el vídeo no llegan. Puede que un cortafuegos los bloquee. Seguimos intentándolo…',
    serverBlocked:
      'No todas las personas han podido llegar al servidor, así que nadie más puede unirse. Puede que un cortafuegos bloquee el audio y el vídeo. Prueba con otra red y llama de nuevo.',
    directBlocked:
      'Sigues con conexión a través del servidor, ya que no hay una vía directa.',
    wentOn: 'La llamada siguió sin ti o ha terminado. Llama de nuevo.',
    declined: 'Tu llamada fue rechazada. Inténtalo más tarde.',
    normal: 'La llamada ha terminado.',
    timeout: 'Nadie respondió. Inténtalo más tarde.',
    error: 'El servidor tuvo que terminar la llamada. Llama de nuevo.',
    forced: 'La llamada se terminó para todos.',
  },
  recognition: {
    'not-allowed':
      'Tu navegador no permite los subtítulos. Permite el micrófono junto a la barra de direcciones y actívalos de nuevo.',
    'service-not-allowed':
      'Tu navegador no ofrece reconocimiento de voz aquí. Prueba con Chrome, Edge o Safari.',
    'language-not-supported':
      'Tu navegador no reconoce este idioma. Elige otro antes de la próxima llamada.',
    network:
      'No se puede acceder al reconocimiento de voz de tu navegador. Comprueba la red y activa de nuevo los subtítulos.',
    'audio-capture':
      'Los subtítulos necesitan un micrófono. Conecta uno y actívalos de nuevo.',
  },
  advice: {
    ALREADY_MEMBER: 'Esta persona ya está en la conversación. Llámala allí.',
    ALREADY_PARTICIPANT:
      'Ya estás en esta llamada en otro dispositivo. Cuelga allí primero.',
    AUTHORIZATION_MALFORMED:
      'El servidor no acepta tu sesión. Recarga la página e inicia sesión de nuevo.',
    BANNED:
      'Se te ha vetado en esta llamada. Pregunta a quien la empezó si fue un error.',
    CALL_ALREADY_ACTIVE:
      'Esta conversación ya tiene una llamada. Únete a ella.',
    CALL_ELSEWHERE:
      'Esta llamada está en otro servidor. Pide a quien llamó la dirección de su página o llama de nuevo cuando haya terminado.',
    CALL_ENDED: 'La llamada ha terminado. Empieza una nueva.',
    CALL_NOT_FOUND: 'Esa llamada ya no existe. Empieza una nueva.',
    CONFLICT:
      'Algo ha cambiado mientras tanto. Recarga la página e inténtalo de nuevo.',
    CONVERSATION_DENIED:
      'No puedes hacer esto en la conversación. Pregunta a alguien que esté en ella.',
    CONVERSATION_FIXED:
      'Una conversación de dos sigue siendo de dos. Empieza un grupo con todas las personas.',
    CONVERSATION_NOT_FOUND: 'Esa conversación ya no existe. Empieza una nueva.',
    DIRECTORY_UNAVAILABLE:
      'El servidor no puede consultar tus conversaciones. Inténtalo de nuevo en un momento.',
    FORBIDDEN:
      'El servidor no lo permite. Recarga la página e inténtalo de nuevo.',
    INTERNAL_ERROR:
      'Algo ha fallado en el servidor. Inténtalo de nuevo en un momento.',
    INTERNAL_SERVER_ERROR:
      'Algo ha fallado en el servidor. Inténtalo de nuevo en un momento.',
    INVALID_CONVERSATION_TYPE:
      'No hay llamadas en las conversaciones públicas. Empieza un grupo.',
    INVALID_MODE:
      'La llamada no puede ir por ahí ahora. Inténtalo de nuevo en un momento.',
    INVALID_REQUEST:
      'El servidor no lo acepta. Comprueba lo que has escrito e inténtalo de nuevo.',
    KICKED:
      'Te han expulsado de esta llamada y no puedes volver. Pide a quien la empezó que llame de nuevo.',
    LIMIT_REACHED:
      'Eso fue demasiado rápido para el servidor. Inténtalo de nuevo en un momento.',
    MAX_PARTICIPANTS_REACHED:
      'La llamada está llena. Inténtalo de nuevo cuando alguien haya salido.',
    MEDIA_SERVER_ERROR:
      'El servidor no puede procesar audio y vídeo. Inténtalo de nuevo en un momento.',
    MEMBER_NOT_FOUND:
      'Esta persona ya no está en la conversación. Recarga la página e inténtalo de nuevo.',
    MODE_SWITCH_FAILED:
      'Tu audio y tu vídeo no llegaron al servidor, así que has salido de la llamada. Puede que un cortafuegos los bloquee. Prueba con otra red y vuelve a unirte.',
    NOT_A_MEMBER:
      'Ya no estás en esta conversación. Pide a alguien que esté en ella que te añada.',
    NOT_FOUND:
      'El servidor no conoce eso. Recarga la página e inténtalo de nuevo.',
    ORIGIN_REFUSED:
      'El servidor no acepta esta página. Pide a su operador que añada la dirección a access.origins.',
    PARTICIPANT_NOT_FOUND:
      'Ya no estás en esta llamada. Llama de nuevo para volver.',
    PERMISSION_DENIED:
      'El servidor no lo permite. Recarga la página e inténtalo de nuevo.',
    RATE_LIMIT_EXCEEDED:
      'Eso fue demasiado rápido para el servidor. Inténtalo de nuevo en un momento.',
    SERVER_FULL:
      'El servidor tiene tantas llamadas como admite. Inténtalo de nuevo en un momento.',
    SERVICE_UNAVAILABLE:
      'El servidor no puede hacerlo ahora. Inténtalo de nuevo en un momento.',
    SESSION_INVALID:
      'Tu invitación ha caducado. Pide un enlace nuevo a la persona que te invitó.',
    SHARE_LINK_NOT_FOUND:
      'Esta invitación ha caducado. Pide un enlace nuevo a la persona que te invitó.',
    SHUTTING_DOWN:
      'El servidor se está reiniciando. Inténtalo de nuevo en un momento.',
    SIGNALING_ERROR:
      'Tu navegador no pudo conectarse con el otro. Inténtalo de nuevo en un momento.',
    STORE_UNAVAILABLE:
      'El servidor no puede acceder a su base de datos. Inténtalo de nuevo en un momento.',
    TIMEOUT: 'El servidor tardó demasiado. Inténtalo de nuevo en un momento.',
    TOKEN_EXPIRED:
      'Tu sesión ha caducado. Recarga la página e inicia sesión de nuevo.',
    TOKEN_INVALID:
      'El servidor no acepta tu sesión. Recarga la página e inicia sesión de nuevo.',
    TOKEN_MISSING: 'No has iniciado sesión. Recarga la página e inicia sesión.',
    TOKEN_NOT_YET_VALID:
      'Tu sesión aún no es válida. Inténtalo de nuevo en un momento.',
    TOKEN_TYPE_WRONG:
      'El servidor no acepta tu sesión. Recarga la página e inicia sesión de nuevo.',
    TRANSCRIPTION_ERROR:
      'Tus últimas palabras no se convirtieron en subtítulo. Repítelas con frases más cortas.',
    TRANSLATION_ERROR:
      'Los subtítulos no se pueden traducir ahora. Léelos tal como se dicen o pide a los demás que hablen tu idioma.',
    UNAUTHORIZED:
      'El servidor no acepta tu sesión. Recarga la página e inicia sesión de nuevo.',
    UNKNOWN_METHOD:
      'Esta página no corresponde al servidor. Recarga la página e inténtalo de nuevo.',
    USERS_UNAVAILABLE:
      'El servidor no puede verificar tu identidad. Inténtalo de nuevo en un momento.',
    VALIDATION_ERROR:
      'El servidor no lo acepta. Comprueba lo que has escrito e inténtalo de nuevo.',
    LOGIN_ENDED: 'Tu sesión ha terminado. Inicia sesión de nuevo.',
    GUEST_ENDED:
      'Tu tiempo como invitado ha terminado. Vuelve a unirte o pide un enlace nuevo a la persona que te invitó.',
    NO_CALL:
      'No hay ninguna llamada ahora. Espera aquí: suena cuando alguien llama.',
    UNREACHABLE:
      'No se puede acceder al servidor. Comprueba la red e inténtalo de nuevo.',
    LOST: 'Se ha perdido la conexión con el servidor. Inténtalo cuando vuelva.',
    LOST_CALL:
      'Se perdió la conexión con el servidor. Llama de nuevo cuando vuelva.',
    FIELD: '{problem} Cámbialo e inténtalo de nuevo.',
    STATUS:
      'El servidor respondió con el estado {status}. Inténtalo de nuevo en un momento.',
    OTHER:
      'El servidor lo rechazó: {message}. Recarga la página e inténtalo de nuevo.',
  },
  limits: {
    'calls.conversationsPerUser':
      'Tienes tantas conversaciones como permite este servidor. Usa una de ellas o pide más a su operador.',
    'calls.guestsPerConversation':
      'En la conversación ya han estado tantos invitados como admite. Pide a la persona que te invitó que te añada con una cuenta o espera hasta mañana.',
    'calls.membersPerConversation':
      'Son más personas de las que admite una conversación. Empiézala con menos.',
    'limits.callsPerMinute':
      'Has empezado muchas llamadas en poco tiempo. Inténtalo de nuevo en un minuto.',
  },
  accounts: {
    HTTP_401:
      'No hay ninguna cuenta con este correo electrónico y esta contraseña. Comprueba ambos o crea una cuenta.',
    HTTP_403: 'En este servidor solo el operador crea cuentas. Pídele una.',
    HTTP_404: 'No hay cuentas en este servidor. Pregunta a su operador.',
    HTTP_429:
      'Ha habido demasiados intentos. Espera un minuto e inténtalo de nuevo.',
    HTTP_500:
      'Algo ha fallado en el servidor. Inténtalo de nuevo en un momento.',
    HTTP_503: 'El servidor está ocupado. Inténtalo de nuevo en un momento.',
  },
};
