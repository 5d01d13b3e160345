import type { calls as english } from '../en/calls.ts';
import type { Translation } from '../Translation.ts';

/** The texts of the page for calls alone, in Portuguese. */
export const calls: Translation<typeof english> = {
  home: {
    title: 'Chamadas · Atrium',
    titleOf: '{name} · Chamadas · Atrium',
    calling: '{name} está ligando',
    call: 'Chamada',
    headline: 'Ligue para alguém.',
    invited: 'Você foi convidado.',
    welcome:
      'Duas pessoas falam diretamente. Com uma terceira, o servidor assume.',
    name: 'Seu nome',
    email: 'Endereço de e-mail',
    password: 'Senha',
    logIn: 'Entrar',
    newHere: 'É novo aqui?',
    createAccount: 'Criar conta',
    logInInstead: 'Entrar com conta',
    backToAccount: 'Voltar à sua conta',
    joinAsGuest: 'Participar como convidado',
    fillIn: 'Preencha este campo: {field}.',
    calls: 'Chamadas',
    logOut: 'Sair da conta',
    youAre:
      'Você é {name}. Seu ID de usuário é {id}: quem quiser ligar para você precisa dele.',
    guest:
      'Você está aqui como convidado, {name}. Mantenha esta página aberta: ela toca quando alguém liga.',
    conversations: 'Conversas',
    noConversations: 'Nenhuma conversa ainda. Comece uma abaixo.',
    newConversation: 'Nova conversa',
    userId: 'ID de usuário',
    userIdHint: 'Separe vários por vírgulas, para um grupo.',
    userIdMissing:
      'Preencha o ID de usuário da pessoa com quem você quer falar. Ele está na página de chamadas dela.',
    titleField: 'Título',
    onlyGroups: 'Só para grupos',
    start: 'Começar',
    spoken: 'Seu idioma, para legendas',
    sound: 'Som quando uma chamada toca',
    lastCalls: 'Últimas chamadas',
    noCalls: 'Nenhuma chamada ainda.',
    goingOn: {
      one: '{time} · {count} pessoa · em andamento',
      other: '{time} · {count} pessoas · em andamento',
      many: '{time} · {count} pessoas · em andamento',
    },
    notAnswered: '{time} · não atendida',
    past: {
      one: '{time} · {count} pessoa · {duration}',
      other: '{time} · {count} pessoas · {duration}',
      many: '{time} · {count} pessoas · {duration}',
    },
    video: 'Chamada de vídeo',
    videoWith: 'Chamada de vídeo: {name}',
    audio: 'Chamada de áudio',
    audioWith: 'Chamada de áudio: {name}',
    guestVideo: 'Participar com vídeo',
    guestVideoWith: 'Participar com vídeo: {name}',
    guestAudio: 'Participar sem vídeo',
    guestAudioWith: 'Participar sem vídeo: {name}',
  },
  call: {
    people: 'Pessoas na chamada',
    subtitles: 'Legendas',
    startSubtitles: 'Legendas',
    stopSubtitles: 'Desativar legendas',
    hangUp: 'Desligar',
    over: 'A chamada terminou',
    again: 'Ligar novamente',
    back: 'Voltar às suas conversas',
    guestBack: 'Voltar à conversa',
    accept: 'Atender',
    withoutVideo: 'Sem vídeo',
    decline: 'Recusar',
    incoming: '{name} está ligando.',
    incomingVideo: '{name} está ligando. Com vídeo.',
    leaves: 'Se você atender, sairá da chamada em que está.',
    missed: 'Você perdeu uma chamada de {name}. Retorne a ligação.',
    guestMissed:
      'Você perdeu uma chamada de {name}. Participe, se ela ainda estiver em andamento.',
    answeredElsewhere: 'Você atendeu a chamada de {name} em outro dispositivo.',
    declinedElsewhere: 'Você recusou a chamada de {name} em outro dispositivo.',
    calling: 'Ligando para {name}…',
    alone: 'Não há mais ninguém na chamada. Desligue ou espere alguém entrar.',
    direct: 'Direta',
    byServer: 'Pelo servidor',
    said: '{name}: {text}',
    joined:
      'Já havia uma chamada em andamento aqui. Você entrou nela; desligue para sair.',
    blocked:
      'O áudio e o vídeo não passam. Um firewall pode estar bloqueando. Ainda tentando…',
    serverBlocked:
      'Nem todos vocês conseguiram chegar ao servidor, por isso ninguém mais pode entrar. Um firewall pode estar bloqueando áudio e vídeo. Tente outra rede e ligue novamente.',
    directBlocked:
      'Vocês continuam conectados pelo servidor, pois não há um caminho direto entre vocês.',
    wentOn: 'A chamada continuou sem você ou terminou. Ligue novamente.',
    declined: 'Sua chamada foi recusada. Tente novamente mais tarde.',
    normal: 'A chamada terminou.',
    timeout: 'Ninguém atendeu. Tente novamente mais tarde.',
    error: 'O servidor precisou encerrar a chamada. Ligue novamente.',
    forced: 'A chamada foi encerrada para todos.',
  },
  recognition: {
    'not-allowed':
      'Seu navegador não permite legendas. Permita o microfone ao lado da barra de endereço e ative-as novamente.',
    'service-not-allowed':
      'Seu navegador não oferece reconhecimento de fala aqui. Tente o Chrome, o Edge ou o Safari.',
    'language-not-supported':
      'Seu navegador não reconhece este idioma. Escolha outro antes da próxima chamada.',
    network:
      'O reconhecimento de fala do seu navegador está inacessível. Verifique sua rede e ative as legendas novamente.',
    'audio-capture':
      'As legendas precisam de um microfone. Conecte um e ative-as novamente.',
  },
  advice: {
    ALREADY_MEMBER: 'Esta pessoa já está na conversa. Ligue para ela lá.',
    ALREADY_PARTICIPANT:
      'Você já está nesta chamada em outro dispositivo. Desligue lá primeiro.',
    AUTHORIZATION_MALFORMED:
      'O servidor não aceita seu login. Recarregue a página e entre novamente.',
    BANNED:
      'Você foi banido desta chamada. Pergunte a quem a começou se foi um engano.',
    CALL_ALREADY_ACTIVE: 'Esta conversa já tem uma chamada. Participe dela.',
    CALL_ELSEWHERE:
      'Esta chamada está em outro servidor. Peça a quem ligou o endereço da página ou ligue novamente quando ela terminar.',
    CALL_ENDED: 'A chamada terminou. Comece uma nova.',
    CALL_NOT_FOUND: 'Essa chamada não existe mais. Comece uma nova.',
    CONFLICT:
      'Algo mudou nesse meio-tempo. Recarregue a página e tente novamente.',
    CONVERSATION_DENIED:
      'Você não pode fazer isso na conversa. Fale com alguém que esteja nela.',
    CONVERSATION_FIXED:
      'Uma conversa de dois continua sendo de dois. Comece um grupo com todos.',
    CONVERSATION_NOT_FOUND: 'Essa conversa não existe mais. Comece uma nova.',
    DIRECTORY_UNAVAILABLE:
      'O servidor não consegue consultar suas conversas agora. Tente novamente em instantes.',
    FORBIDDEN:
      'O servidor não permite isso. Recarregue a página e tente novamente.',
    INTERNAL_ERROR:
      'Algo deu errado no servidor. Tente novamente em instantes.',
    INTERNAL_SERVER_ERROR:
      'Algo deu errado no servidor. Tente novamente em instantes.',
    INVALID_CONVERSATION_TYPE:
      'Não há chamadas em conversas públicas. Comece um grupo.',
    INVALID_MODE:
      'A chamada não pode seguir por aí agora. Tente novamente em instantes.',
    INVALID_REQUEST:
      'O servidor não aceita isso. Verifique o que você digitou e tente novamente.',
    KICKED:
      'Você foi removido desta chamada e não pode voltar. Peça a quem a começou que ligue novamente.',
    LIMIT_REACHED:
      'Isso foi rápido demais para o servidor. Tente novamente em instantes.',
    MAX_PARTICIPANTS_REACHED:
      'A chamada está cheia. Tente novamente quando alguém sair.',
    MEDIA_SERVER_ERROR:
      'O servidor não consegue processar áudio e vídeo agora. Tente novamente em instantes.',
    MEMBER_NOT_FOUND:
      'Esta pessoa não está mais na conversa. Recarregue a página e tente novamente.',
    MODE_SWITCH_FAILED:
      'Seu áudio e vídeo não chegaram ao servidor, por isso você saiu da chamada. Um firewall pode estar bloqueando. Tente outra rede e entre novamente.',
    NOT_A_MEMBER:
      'Você não está mais nesta conversa. Peça a um dos membros que adicione você.',
    NOT_FOUND:
      'O servidor não conhece isso. Recarregue a página e tente novamente.',
    ORIGIN_REFUSED:
      'O servidor não aceita esta página. Peça ao operador que adicione o endereço a access.origins.',
    PARTICIPANT_NOT_FOUND:
      'Você não está mais nesta chamada. Ligue novamente para voltar.',
    PERMISSION_DENIED:
      'O servidor não permite isso. Recarregue a página e tente novamente.',
    RATE_LIMIT_EXCEEDED:
      'Isso foi rápido demais para o servidor. Tente novamente em instantes.',
    SERVER_FULL:
      'O servidor já tem todas as chamadas que comporta. Tente novamente em instantes.',
    SERVICE_UNAVAILABLE:
      'O servidor não pode fazer isso agora. Tente novamente em instantes.',
    SESSION_INVALID:
      'Seu convite expirou. Peça um novo link a quem convidou você.',
    SHARE_LINK_NOT_FOUND:
      'Este convite expirou. Peça um novo link a quem convidou você.',
    SHUTTING_DOWN: 'O servidor está reiniciando. Tente novamente em instantes.',
    SIGNALING_ERROR:
      'Seu navegador não pôde ser conectado ao outro. Tente novamente em instantes.',
    STORE_UNAVAILABLE:
      'O servidor não consegue acessar o banco de dados agora. Tente novamente em instantes.',
    TIMEOUT: 'O servidor demorou demais. Tente novamente em instantes.',
    TOKEN_EXPIRED: 'Seu login expirou. Recarregue a página e entre novamente.',
    TOKEN_INVALID:
      'O servidor não aceita seu login. Recarregue a página e entre novamente.',
    TOKEN_MISSING:
      'Você não está conectado à sua conta. Recarregue a página e entre.',
    TOKEN_NOT_YET_VALID:
      'Seu login ainda não é válido. Tente novamente em instantes.',
    TOKEN_TYPE_WRONG:
      'O servidor não aceita seu login. Recarregue a página e entre novamente.',
    TRANSCRIPTION_ERROR:
      'Suas últimas palavras não viraram legenda. Repita-as em frases mais curtas.',
    TRANSLATION_ERROR:
      'As legendas não podem ser traduzidas agora. Leia-as como são faladas ou peça aos outros que falem o seu idioma.',
    UNAUTHORIZED:
      'O servidor não aceita seu login. Recarregue a página e entre novamente.',
    UNKNOWN_METHOD:
      'Esta página não corresponde ao servidor. Recarregue a página e tente novamente.',
    USERS_UNAVAILABLE:
      'O servidor não consegue verificar sua identidade agora. Tente novamente em instantes.',
    VALIDATION_ERROR:
      'O servidor não aceita isso. Verifique o que você digitou e tente novamente.',
    LOGIN_ENDED: 'Sua sessão terminou. Entre novamente.',
    GUEST_ENDED:
      'Seu tempo como convidado acabou. Entre novamente ou peça um novo link a quem convidou você.',
    NO_CALL:
      'Não há nenhuma chamada agora. Espere aqui: a página toca quando alguém liga.',
    UNREACHABLE:
      'Não foi possível acessar o servidor. Verifique sua rede e tente novamente.',
    LOST: 'A conexão com o servidor foi perdida. Tente novamente quando ela voltar.',
    LOST_CALL:
      'A conexão com o servidor foi perdida. Ligue novamente quando ela voltar.',
    FIELD: '{problem} Altere e tente novamente.',
    STATUS:
      'O servidor respondeu com o status {status}. Tente novamente em instantes.',
    OTHER:
      'O servidor recusou: {message}. Recarregue a página e tente novamente.',
  },
  limits: {
    'calls.conversationsPerUser':
      'Você tem tantas conversas quanto este servidor permite. Use uma delas ou peça mais ao operador.',
    'calls.guestsPerConversation':
      'A conversa já recebeu tantos convidados quanto comporta. Peça a quem convidou você que o adicione com uma conta ou espere até amanhã.',
    'calls.membersPerConversation':
      'São mais pessoas do que uma conversa comporta. Comece com menos.',
    'limits.callsPerMinute':
      'Você iniciou muitas chamadas em pouco tempo. Tente novamente em um minuto.',
  },
  accounts: {
    HTTP_401:
      'Não há conta com este endereço de e-mail e esta senha. Verifique os dois ou crie uma conta.',
    HTTP_403: 'Neste servidor, só o operador cria contas. Peça uma a ele.',
    HTTP_404: 'Não há contas neste servidor. Fale com o operador.',
    HTTP_429: 'Houve tentativas demais. Espere um minuto e tente novamente.',
    HTTP_500: 'Algo deu errado no servidor. Tente novamente em instantes.',
    HTTP_503: 'O servidor está ocupado. Tente novamente em instantes.',
  },
};
