import type { failures as english } from '../en/failures.ts';
import type { Translation } from '../Translation.ts';

/** The texts about what went wrong in a meeting, in Spanish. */
export const failures: Translation<typeof english> = {
  refusal: {
    TOKEN_MISSING:
      'Este servidor exige un enlace de invitación personal. Pídeselo a la persona que te invitó.',
    TOKEN_EXPIRED: 'Tu enlace ha caducado. Pide uno nuevo.',
    TOKEN_INVALID: 'Tu enlace no es válido en este servidor. Pide uno nuevo.',
    TOKEN_TYPE_WRONG:
      'Tu enlace no contiene un token para unirse. Pide uno nuevo.',
    FORBIDDEN: 'Tu enlace es de otra sala. Pide uno de esta sala.',
    BANNED:
      'Un moderador te ha vetado en esta sala, o a otra persona de tu red. Pregunta a alguien de dentro si fue un error.',
    REMOVED:
      'Un moderador te ha expulsado de la sala. Pregúntale si fue un error.',
    ORIGIN_REFUSED:
      'El servidor no acepta conexiones desde esta dirección, {origin}. Pide a su operador que añada la dirección a access.origins o que revise los ajustes del proxy.',
    VALIDATION_ERROR:
      'El servidor no acepta este nombre de sala o tu nombre. Prueba con otro.',
    ROOM_LOCKED:
      'La sala está bloqueada. Pide a alguien de dentro que la desbloquee e inténtalo de nuevo.',
    ROOM_FULL:
      'La sala está llena. Inténtalo de nuevo cuando alguien haya salido.',
    NOT_FOUND:
      'No hay ningún servidor de Atrium en esta dirección. Comprueba que la dirección esté completa.',
    ROOM_NOT_FOUND: 'Esta sala ya no existe. Pide el enlace de otra.',
    RESUME_REFUSED: 'Ya no estás en la sala. Vuelve a unirte.',
    MEDIA_REJECTED:
      'El servidor no admite el audio y el vídeo de este navegador. Prueba con otro.',
    WEBSOCKETS_UNAVAILABLE:
      'Este navegador no permite que la página abra un WebSocket, que necesita para llegar al servidor. Revisa sus ajustes y extensiones, o prueba con otro navegador.',
    TOKEN_NOT_YET_VALID:
      'Tu enlace aún no es válido. Si debería serlo, el reloj del servidor, o el del servicio que emitió el enlace, está mal.',
    LIMIT_REACHED:
      'Demasiadas personas se están conectando desde tu red en este momento.',
    SERVER_FULL: 'El servidor está lleno en este momento.',
    SHUTTING_DOWN: 'El servidor se está reiniciando.',
    USERS_UNAVAILABLE:
      'El servidor no puede verificar tu identidad en este momento.',
    RECORD_UNAVAILABLE:
      'El servidor no puede consultar esta sala en este momento.',
    CLUSTER_UNAVAILABLE: 'El servidor no puede abrir salas en este momento.',
    ROOM_ELSEWHERE: 'La sala está ahora en otro servidor.',
    ROOM_UNREACHABLE: 'El servidor de esta sala no responde en este momento.',
    NO_WORKER: 'El servidor no puede procesar audio y vídeo en este momento.',
    MEDIA_RESET: 'El servidor está preparando de nuevo el audio y el vídeo.',
    ROOM_CLOSED: 'La sala acaba de cerrarse.',
    PEER_CLOSED: 'Otra conexión ha sustituido a la tuya.',
    INTERNAL_ERROR:
      'Se ha producido un error interno en el servidor. Su registro contiene los detalles.',
    WEBSOCKETS_BLOCKED:
      'El servidor responde, pero las conexiones WebSocket no le llegan. Puede que las bloquee un proxy delante del servidor o en esta red.',
  },
  end: {
    replaced:
      'Te has unido desde otra pestaña o ventana. Para continuar en esta, vuelve a unirte.',
    resumed:
      'Te has unido desde otra pestaña o ventana. Para continuar en esta, vuelve a unirte.',
    expired: 'Tu enlace ha caducado. Pide uno nuevo.',
    removed: 'Un moderador te ha expulsado de la sala.',
    banned:
      'Un moderador te ha expulsado de la sala y no te deja volver a entrar.',
    rejected: 'Un moderador no te ha dejado entrar.',
    closed: 'Un moderador ha terminado la reunión para todos.',
    deleted: 'La sala se ha eliminado.',
    other: 'La reunión ha terminado.',
  },
  ban: {
    until: 'Vuelve a intentarlo después de esta hora: {time}.',
  },
  inRoom: {
    OUT_OF_STEP:
      'Esta página no está sincronizada con el servidor. Vuelve a unirte.',
    OUTDATED:
      'Esta página no corresponde al servidor. Recárgala e inténtalo de nuevo.',
    GONE: 'Eso ya ha terminado. No queda nada por hacer.',
    FORBIDDEN:
      'No tienes permiso para hacer eso en esta sala. Pregunta a un moderador.',
    LIMIT_REACHED:
      'Eso es más de lo que el servidor permite a la vez. Espera un momento e inténtalo de nuevo.',
    INTERNAL_ERROR:
      'Algo ha fallado en el servidor. Inténtalo de nuevo en un momento.',
    SHUTTING_DOWN:
      'El servidor se está reiniciando. Inténtalo de nuevo en un momento.',
    SERVER_FULL:
      'El servidor está lleno en este momento. Inténtalo de nuevo en un momento.',
    USERS_UNAVAILABLE:
      'El servidor no puede verificar tu identidad. Inténtalo de nuevo en un momento.',
    RECORD_UNAVAILABLE:
      'El servidor no puede consultar esta sala. Inténtalo de nuevo en un momento.',
    CLUSTER_UNAVAILABLE:
      'El servidor no puede abrir salas en este momento. Inténtalo de nuevo en un momento.',
    ROOM_ELSEWHERE:
      'La sala está ahora en otro servidor. Inténtalo de nuevo en un momento.',
    ROOM_UNREACHABLE:
      'El servidor de esta sala no responde en este momento. Inténtalo de nuevo en un momento.',
    NO_WORKER:
      'El servidor no puede procesar audio y vídeo. Inténtalo de nuevo en un momento.',
    MEDIA_RESET:
      'El servidor está preparando de nuevo el audio y el vídeo. Inténtalo de nuevo en un momento.',
    MEDIA_REJECTED:
      'El servidor no admite el audio y el vídeo de este navegador. Prueba con otro.',
    ROOM_FULL:
      'La sala está llena. Deja entrar a otros cuando alguien haya salido.',
    PEER_NOT_FOUND: 'Esta persona ya no está aquí.',
    IN_LOBBY:
      'Estás en la sala de espera hasta que un moderador te deje entrar.',
    ROOM_HAS_LOBBY:
      'La sala tiene una sala de espera en la que no puedes esperar.',
    LOST: 'Se perdió la conexión con el servidor. Inténtalo de nuevo en un momento.',
    UNKNOWN:
      'El servidor no te deja entrar y esta página no conoce el motivo. Inténtalo más tarde.',
  },
  connection: {
    noAnswer: 'El servidor no responde.',
    restarting:
      'El servidor se está reiniciando. Volverás a la sala en un momento…',
    workerDied:
      'El servidor ha tenido que reiniciar el audio y el vídeo. Volverás a la sala en un momento…',
    slow: 'Tu red es demasiado lenta para lo que se te envía, así que se perdió la conexión. Reconectando…',
    flood:
      'Esta página envió demasiado a la vez, así que el servidor cerró la conexión. Reconectando…',
    protocol: 'El servidor y esta página no se han entendido. Reconectando…',
    lost: 'Se perdió la conexión con el servidor. Reconectando…',
    lostBecause:
      'Se perdió la conexión con el servidor. {reason} Reintentando…',
  },
  insecure: {
    page: 'Tu navegador solo permite usar la cámara y el micrófono en páginas cargadas por HTTPS.',
  },
  refused: {
    mic: 'Tu navegador ha bloqueado el micrófono en esta página. Permítelo junto a la barra de direcciones y pulsa de nuevo el botón.',
    camera:
      'Tu navegador ha bloqueado la cámara en esta página. Permítela junto a la barra de direcciones y pulsa de nuevo el botón.',
    both: 'Tu navegador ha bloqueado el micrófono y la cámara en esta página. Permítelos junto a la barra de direcciones y pulsa de nuevo el botón.',
  },
  missing: {
    mic: 'No se encontró ningún micrófono. Conecta uno y pulsa su botón para usarlo.',
    camera:
      'No se encontró ninguna cámara. Conecta una y pulsa su botón para usarla.',
    both: 'No se encontró ningún micrófono ni cámara. Conecta un dispositivo y pulsa su botón para usarlo.',
  },
  busy: {
    mic: 'No se pudo iniciar el micrófono. Puede que lo esté usando otro programa.',
    camera:
      'No se pudo iniciar la cámara. Puede que la esté usando otro programa.',
    both: 'No se pudieron iniciar el micrófono y la cámara. Puede que los esté usando otro programa.',
  },
  unopened: {
    mic: 'No se pudo abrir el micrófono. Pulsa el botón para intentarlo de nuevo o elige otro dispositivo en los ajustes del navegador.',
    camera:
      'No se pudo abrir la cámara. Pulsa el botón para intentarlo de nuevo o elige otro dispositivo en los ajustes del navegador.',
    both: 'No se pudieron abrir el micrófono y la cámara. Pulsa el botón para intentarlo de nuevo o elige otros dispositivos en los ajustes del navegador.',
  },
  lost: {
    mic: 'Tu micrófono ha dejado de funcionar. ¿Se ha desconectado?',
    camera: 'Tu cámara ha dejado de funcionar. ¿Se ha desconectado?',
  },
  muted: {
    mic: 'Un moderador ha silenciado tu micrófono.',
    camera: 'Un moderador ha apagado tu cámara.',
  },
  wanted: {
    mic: 'Un moderador te pide que actives el micrófono.',
    camera: 'Un moderador te pide que actives la cámara.',
  },
  stopped: {
    mic: 'Un moderador ha detenido tu micrófono.',
    camera: 'Un moderador ha detenido tu cámara.',
    screen: 'Un moderador ha detenido tu pantalla.',
    'screen-audio': 'Un moderador ha detenido el sonido de tu pantalla.',
  },
  unsent: {
    mic: 'No se pudo enviar tu micrófono. {advice}',
    camera: 'No se pudo enviar tu cámara. {advice}',
    screen: 'No se pudo enviar tu pantalla. {advice}',
    'screen-audio': 'No se pudo enviar el sonido de tu pantalla. {advice}',
    advice: 'Pulsa el botón para intentarlo de nuevo.',
  },
  capture: {
    denied:
      'Tu sistema operativo no permite que el navegador grabe la pantalla. Permítelo en los ajustes del sistema y comparte de nuevo.',
    failed:
      'El navegador no pudo grabar tu pantalla. Comparte de nuevo y elige otra ventana o toda la pantalla.',
  },
};
