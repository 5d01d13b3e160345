import type { failures as english } from '../en/failures.ts';
import type { Translation } from '../Translation.ts';

/** The texts about what went wrong in a meeting, in Chinese. */
export const failures: Translation<typeof english> = {
  refusal: {
    TOKEN_MISSING: '此服务器需要个人邀请链接。请向邀请你的人索取。',
    TOKEN_EXPIRED: '你的链接已过期。请索取新的链接。',
    TOKEN_INVALID: '你的链接在此服务器上无效。请索取新的链接。',
    TOKEN_TYPE_WRONG: '你的链接不包含用于加入的令牌。请索取新的链接。',
    FORBIDDEN: '你的链接属于另一个会议室。请索取此会议室的链接。',
    BANNED:
      '主持人已禁止你或你网络中的其他人进入此会议室。如果这是误会，请询问会议室中的人。',
    REMOVED: '主持人已将你移出会议室。如果这是误会，请询问主持人。',
    ORIGIN_REFUSED:
      '服务器不接受来自此地址 {origin} 的连接。请让管理员把该地址加入 access.origins，或检查代理设置。',
    VALIDATION_ERROR: '服务器不接受此会议室名称或你的名字。请换一个。',
    ROOM_LOCKED: '会议室已锁定。请让里面的人解锁后再试。',
    ROOM_FULL: '会议室已满。有人离开后请再试。',
    NOT_FOUND: '此地址上没有 Atrium 服务器。请检查地址是否完整。',
    ROOM_NOT_FOUND: '此会议室已不存在。请索取另一个会议室的链接。',
    RESUME_REFUSED: '你已不在会议室中。请重新加入。',
    MEDIA_REJECTED: '服务器不支持此浏览器的音频和视频。请换一个浏览器。',
    WEBSOCKETS_UNAVAILABLE:
      '此浏览器不允许页面打开连接服务器所需的 WebSocket。请检查浏览器的设置和扩展，或换一个浏览器。',
    TOKEN_NOT_YET_VALID:
      '你的链接尚未生效。如果它应当已生效，则服务器或签发链接的服务的时钟有误。',
    LIMIT_REACHED: '当前有太多人从你的网络连接。',
    SERVER_FULL: '服务器目前已满。',
    SHUTTING_DOWN: '服务器正在重启。',
    USERS_UNAVAILABLE: '服务器目前无法验证你的身份。',
    RECORD_UNAVAILABLE: '服务器目前无法查找此会议室。',
    NO_WORKER: '服务器目前无法处理音频和视频。',
    MEDIA_RESET: '服务器正在重新建立音频和视频。',
    ROOM_CLOSED: '会议室刚刚关闭。',
    PEER_CLOSED: '你的连接已被另一个连接取代。',
    INTERNAL_ERROR: '服务器发生内部错误。详情见服务器日志。',
    WEBSOCKETS_BLOCKED:
      '服务器有响应，但 WebSocket 连接无法到达。可能被服务器前或此网络中的代理拦截。',
  },
  end: {
    replaced: '你已在另一个标签页或窗口中加入。要在此继续，请重新加入。',
    resumed: '你已在另一个标签页或窗口中加入。要在此继续，请重新加入。',
    expired: '你的链接已过期。请索取新的链接。',
    removed: '主持人已将你移出会议室。',
    banned: '主持人已将你移出会议室，并且不允许你再次加入。',
    rejected: '主持人没有允许你加入。',
    closed: '主持人已为所有人结束会议。',
    deleted: '会议室已被删除。',
    other: '会议已结束。',
  },
  inRoom: {
    OUT_OF_STEP: '此页面与服务器不同步。请重新加入。',
    OUTDATED: '此页面与服务器版本不符。请重新加载后再试。',
    GONE: '它已经结束。无需再做什么。',
    FORBIDDEN: '你无权在此会议室中这样做。请询问主持人。',
    LIMIT_REACHED: '这超出了服务器一次允许的数量。请稍等再试。',
    INTERNAL_ERROR: '服务器出了问题。请稍后再试。',
    SHUTTING_DOWN: '服务器正在重启。请稍后再试。',
    SERVER_FULL: '服务器目前已满。请稍后再试。',
    USERS_UNAVAILABLE: '服务器目前无法验证你的身份。请稍后再试。',
    RECORD_UNAVAILABLE: '服务器目前无法查找此会议室。请稍后再试。',
    NO_WORKER: '服务器目前无法处理音频和视频。请稍后再试。',
    MEDIA_RESET: '服务器正在重新建立音频和视频。请稍后再试。',
    MEDIA_REJECTED: '服务器不支持此浏览器的音频和视频。请换一个浏览器。',
    ROOM_FULL: '会议室已满。有人离开后再让其他人加入。',
    PEER_NOT_FOUND: '此人已不在这里。',
    IN_LOBBY: '在主持人允许之前，你在等候室中。',
    ROOM_HAS_LOBBY: '会议室设有等候室，但你无法在其中等候。',
    LOST: '与服务器的连接已断开。请稍后再试。',
    UNKNOWN: '服务器不允许你加入，此页面不知道原因。请稍后再试。',
  },
  connection: {
    noAnswer: '服务器没有响应。',
    restarting: '服务器正在重启。你很快就会回到会议室…',
    workerDied: '服务器不得不重新启动音频和视频。你很快就会回到会议室…',
    slow: '你的网络太慢，无法接收发给你的内容，因此连接已断开。正在重新连接…',
    flood: '此页面一次发送过多，因此服务器关闭了连接。正在重新连接…',
    protocol: '服务器与此页面无法互相理解。正在重新连接…',
    lost: '与服务器的连接已断开。正在重新连接…',
    lostBecause: '与服务器的连接已断开。{reason}正在重试…',
  },
  insecure: {
    page: '浏览器只允许通过 HTTPS 加载的页面使用摄像头和麦克风。',
  },
  refused: {
    mic: '浏览器已阻止此页面使用麦克风。请在地址栏旁允许，然后再按一次按钮。',
    camera:
      '浏览器已阻止此页面使用摄像头。请在地址栏旁允许，然后再按一次按钮。',
    both: '浏览器已阻止此页面使用麦克风和摄像头。请在地址栏旁允许，然后再按一次按钮。',
  },
  missing: {
    mic: '未找到麦克风。请连接一个，然后按其按钮使用。',
    camera: '未找到摄像头。请连接一个，然后按其按钮使用。',
    both: '未找到麦克风或摄像头。请连接一个，然后按其按钮使用。',
  },
  busy: {
    mic: '无法启动麦克风。可能有其他程序正在使用它。',
    camera: '无法启动摄像头。可能有其他程序正在使用它。',
    both: '无法启动麦克风和摄像头。可能有其他程序正在使用它们。',
  },
  unopened: {
    mic: '无法打开麦克风。请按按钮重试，或在浏览器设置中选择其他设备。',
    camera: '无法打开摄像头。请按按钮重试，或在浏览器设置中选择其他设备。',
    both: '无法打开麦克风和摄像头。请按按钮重试，或在浏览器设置中选择其他设备。',
  },
  lost: {
    mic: '你的麦克风已停止工作。是否被拔出？',
    camera: '你的摄像头已停止工作。是否被拔出？',
  },
  muted: {
    mic: '主持人已将你的麦克风静音。',
    camera: '主持人已关闭你的摄像头。',
  },
  wanted: {
    mic: '主持人请你开启麦克风。',
    camera: '主持人请你开启摄像头。',
  },
  stopped: {
    mic: '主持人已停止你的麦克风。',
    camera: '主持人已停止你的摄像头。',
    screen: '主持人已停止你的屏幕共享。',
    'screen-audio': '主持人已停止你屏幕的声音。',
  },
  unsent: {
    mic: '无法发送你的麦克风声音。{advice}',
    camera: '无法发送你的摄像头画面。{advice}',
    screen: '无法发送你的屏幕。{advice}',
    'screen-audio': '无法发送你屏幕的声音。{advice}',
    advice: '请按按钮重试。',
  },
  capture: {
    denied: '操作系统不允许浏览器录制屏幕。请在系统设置中允许，然后再次共享。',
    failed: '浏览器无法录制你的屏幕。请再次共享，并选择其他窗口或整个屏幕。',
  },
};
