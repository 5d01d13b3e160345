import type { failures as english } from '../en/failures.ts';
import type { Translation } from '../Translation.ts';

/** The texts about what went wrong in a meeting, in Portuguese. */
export const failures: Translation<typeof english> = {
  refusal: {
    TOKEN_MISSING:
      'Este servidor exige um link de convite pessoal. Peça um a quem convidou você.',
    TOKEN_EXPIRED: 'Seu link expirou. Peça um novo.',
    TOKEN_INVALID: 'Seu link não é válido neste servidor. Peça um novo.',
    TOKEN_TYPE_WRONG:
      'Seu link não contém um token para participar. Peça um novo.',
    FORBIDDEN: 'Seu link é de outra sala. Peça um desta sala.',
    BANNED:
      'Um moderador baniu você desta sala, ou outra pessoa da sua rede. Pergunte a alguém de dentro se foi um engano.',
    REMOVED: 'Um moderador removeu você da sala. Pergunte se foi um engano.',
    ORIGIN_REFUSED:
      'O servidor não aceita conexões deste endereço, {origin}. Peça ao operador que adicione o endereço a access.origins ou que verifique as configurações do proxy.',
    VALIDATION_ERROR:
      'O servidor não aceita este nome de sala ou o seu nome. Tente outro.',
    ROOM_LOCKED:
      'A sala está bloqueada. Peça a alguém de dentro que desbloqueie e tente novamente.',
    ROOM_FULL: 'A sala está cheia. Tente novamente quando alguém sair.',
    NOT_FOUND:
      'Não há um servidor Atrium neste endereço. Verifique se o endereço está completo.',
    ROOM_NOT_FOUND: 'Esta sala não existe mais. Peça o link de outra.',
    RESUME_REFUSED: 'Você não está mais na sala. Entre novamente.',
    MEDIA_REJECTED:
      'O servidor não oferece suporte ao áudio e vídeo deste navegador. Tente outro.',
    WEBSOCKETS_UNAVAILABLE:
      'Este navegador não permite que a página abra um WebSocket, necessário para chegar ao servidor. Verifique as configurações e extensões, ou tente outro navegador.',
    TOKEN_NOT_YET_VALID:
      'Seu link ainda não é válido. Se já deveria ser, o relógio do servidor, ou do serviço que emitiu o link, está errado.',
    LIMIT_REACHED: 'Há muitas pessoas se conectando da sua rede agora.',
    SERVER_FULL: 'O servidor está cheio agora.',
    SHUTTING_DOWN: 'O servidor está reiniciando.',
    USERS_UNAVAILABLE:
      'O servidor não consegue verificar sua identidade agora.',
    RECORD_UNAVAILABLE: 'O servidor não consegue consultar esta sala agora.',
    CLUSTER_UNAVAILABLE: 'O servidor não consegue abrir salas agora.',
    ROOM_ELSEWHERE: 'A sala está agora em outro servidor.',
    ROOM_UNREACHABLE: 'O servidor desta sala não está respondendo agora.',
    NO_WORKER: 'O servidor não consegue processar áudio e vídeo agora.',
    MEDIA_RESET: 'O servidor está preparando o áudio e o vídeo novamente.',
    ROOM_CLOSED: 'A sala acabou de ser fechada.',
    PEER_CLOSED: 'Sua conexão foi substituída por outra.',
    INTERNAL_ERROR:
      'Ocorreu um erro interno no servidor. O registro dele tem os detalhes.',
    WEBSOCKETS_BLOCKED:
      'O servidor responde, mas as conexões WebSocket não chegam a ele. Um proxy na frente do servidor ou nesta rede pode estar bloqueando.',
  },
  end: {
    replaced:
      'Você entrou em outra guia ou janela. Para continuar nesta, entre novamente.',
    resumed:
      'Você entrou em outra guia ou janela. Para continuar nesta, entre novamente.',
    expired: 'Seu link expirou. Peça um novo.',
    removed: 'Um moderador removeu você da sala.',
    banned:
      'Um moderador removeu você da sala e não deixa você entrar novamente.',
    rejected: 'Um moderador não deixou você entrar.',
    closed: 'Um moderador encerrou a reunião para todos.',
    deleted: 'A sala foi excluída.',
    other: 'A reunião terminou.',
  },
  ban: {
    until: 'Tente novamente depois deste horário: {time}.',
  },
  inRoom: {
    OUT_OF_STEP:
      'Esta página está fora de sincronia com o servidor. Entre novamente.',
    OUTDATED:
      'Esta página não corresponde ao servidor. Recarregue-a e tente novamente.',
    GONE: 'Isso já terminou. Não há mais nada a fazer.',
    FORBIDDEN:
      'Você não tem permissão para isso nesta sala. Fale com um moderador.',
    LIMIT_REACHED:
      'Isso é mais do que o servidor permite de uma vez. Espere um pouco e tente novamente.',
    INTERNAL_ERROR:
      'Algo deu errado no servidor. Tente novamente em instantes.',
    SHUTTING_DOWN: 'O servidor está reiniciando. Tente novamente em instantes.',
    SERVER_FULL: 'O servidor está cheio agora. Tente novamente em instantes.',
    USERS_UNAVAILABLE:
      'O servidor não consegue verificar sua identidade agora. Tente novamente em instantes.',
    RECORD_UNAVAILABLE:
      'O servidor não consegue consultar esta sala agora. Tente novamente em instantes.',
    CLUSTER_UNAVAILABLE:
      'O servidor não consegue abrir salas agora. Tente novamente em instantes.',
    ROOM_ELSEWHERE:
      'A sala está agora em outro servidor. Tente novamente em instantes.',
    ROOM_UNREACHABLE:
      'O servidor desta sala não está respondendo agora. Tente novamente em instantes.',
    NO_WORKER:
      'O servidor não consegue processar áudio e vídeo agora. Tente novamente em instantes.',
    MEDIA_RESET:
      'O servidor está preparando o áudio e o vídeo novamente. Tente novamente em instantes.',
    MEDIA_REJECTED:
      'O servidor não oferece suporte ao áudio e vídeo deste navegador. Tente outro.',
    ROOM_FULL: 'A sala está cheia. Deixe outros entrarem quando alguém sair.',
    PEER_NOT_FOUND: 'Esta pessoa não está mais aqui.',
    IN_LOBBY:
      'Você está na sala de espera até que um moderador deixe você entrar.',
    ROOM_HAS_LOBBY:
      'A sala tem uma sala de espera, na qual você não pode esperar.',
    LOST: 'A conexão com o servidor foi perdida. Tente novamente em instantes.',
    UNKNOWN:
      'O servidor não deixa você entrar, e esta página não sabe o motivo. Tente novamente mais tarde.',
  },
  connection: {
    noAnswer: 'O servidor não está respondendo.',
    restarting:
      'O servidor está reiniciando. Você voltará à sala em instantes…',
    workerDied:
      'O servidor precisou reiniciar o áudio e o vídeo. Você voltará à sala em instantes…',
    slow: 'Sua rede é lenta demais para o que é enviado a você, por isso a conexão foi perdida. Reconectando…',
    flood:
      'Esta página enviou demais de uma vez, por isso o servidor fechou a conexão. Reconectando…',
    protocol: 'O servidor e esta página não se entenderam. Reconectando…',
    lost: 'A conexão com o servidor foi perdida. Reconectando…',
    lostBecause:
      'A conexão com o servidor foi perdida. {reason} Tentando novamente…',
  },
  insecure: {
    page: 'Seu navegador permite câmera e microfone somente em páginas carregadas por HTTPS.',
  },
  refused: {
    mic: 'Seu navegador bloqueou o microfone nesta página. Permita-o ao lado da barra de endereço e pressione o botão novamente.',
    camera:
      'Seu navegador bloqueou a câmera nesta página. Permita-a ao lado da barra de endereço e pressione o botão novamente.',
    both: 'Seu navegador bloqueou o microfone e a câmera nesta página. Permita-os ao lado da barra de endereço e pressione o botão novamente.',
  },
  missing: {
    mic: 'Nenhum microfone foi encontrado. Conecte um e pressione o botão dele para usá-lo.',
    camera:
      'Nenhuma câmera foi encontrada. Conecte uma e pressione o botão dela para usá-la.',
    both: 'Nenhum microfone ou câmera foi encontrado. Conecte um dispositivo e pressione o botão dele para usá-lo.',
  },
  busy: {
    mic: 'Não foi possível iniciar o microfone. Outro programa pode estar usando-o.',
    camera:
      'Não foi possível iniciar a câmera. Outro programa pode estar usando-a.',
    both: 'Não foi possível iniciar o microfone e a câmera. Outro programa pode estar usando-os.',
  },
  unopened: {
    mic: 'Não foi possível abrir o microfone. Pressione o botão para tentar novamente ou escolha outro dispositivo nas configurações do navegador.',
    camera:
      'Não foi possível abrir a câmera. Pressione o botão para tentar novamente ou escolha outro dispositivo nas configurações do navegador.',
    both: 'Não foi possível abrir o microfone e a câmera. Pressione o botão para tentar novamente ou escolha outros dispositivos nas configurações do navegador.',
  },
  lost: {
    mic: 'Seu microfone parou. Ele foi desconectado?',
    camera: 'Sua câmera parou. Ela foi desconectada?',
  },
  muted: {
    mic: 'Um moderador desativou seu microfone.',
    camera: 'Um moderador desligou sua câmera.',
  },
  wanted: {
    mic: 'Um moderador pede que você ative seu microfone.',
    camera: 'Um moderador pede que você ligue sua câmera.',
  },
  stopped: {
    mic: 'Um moderador parou seu microfone.',
    camera: 'Um moderador parou sua câmera.',
    screen: 'Um moderador parou sua tela.',
    'screen-audio': 'Um moderador parou o som da sua tela.',
  },
  unsent: {
    mic: 'Não foi possível enviar seu microfone. {advice}',
    camera: 'Não foi possível enviar sua câmera. {advice}',
    screen: 'Não foi possível enviar sua tela. {advice}',
    'screen-audio': 'Não foi possível enviar o som da sua tela. {advice}',
    advice: 'Pressione o botão para tentar novamente.',
  },
  capture: {
    denied:
      'Seu sistema operacional não permite que o navegador grave a tela. Permita nas configurações do sistema e compartilhe novamente.',
    failed:
      'O navegador não conseguiu gravar sua tela. Compartilhe novamente e escolha outra janela ou a tela inteira.',
  },
};
