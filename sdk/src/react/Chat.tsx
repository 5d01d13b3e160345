import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';

import { MAX_LENGTH } from '../core/index.ts';
import { classes } from './classes.ts';
import { useChat } from './hooks.ts';
import { Icon } from './icons.tsx';
import type { ChatProps } from './props.ts';
import { useStyles } from './useStyles.ts';
import type { ChatMessage } from './Visit.ts';

/** A window that has room for the chat beside the people. */
const WIDE = '(min-width: 56rem)';

/** The distance from the end within which the log follows, CSS pixels. */
const NEAR_END = 40;

/** The messages of the room, and a field to write one. */
export function Chat({ defaultOpen, className }: ChatProps): ReactElement {
  useStyles();
  const { messages, send } = useChat();
  const id = useId();
  const [isOpen, setOpen] = useState(
    () => defaultOpen ?? matchMedia(WIDE).matches,
  );
  const lastId = messages.at(-1)?.id ?? 0;
  const [readId, setReadId] = useState(lastId);
  useEffect(() => {
    if (isOpen) {
      setReadId(lastId);
    }
  }, [isOpen, lastId]);
  const unread = isOpen
    ? 0
    : messages.filter((it) => it.id > readId && !it.own).length;
  const news =
    unread > 0 ? `${unread} new ${unread === 1 ? 'message' : 'messages'}` : '';
  return (
    <section
      className={classes('vc-chat', className)}
      aria-label="Chat"
      data-open={isOpen}
    >
      <button
        type="button"
        className="vc-button"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-label={news ? `Chat, ${news}` : 'Chat'}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="chat" />
        Chat
        {unread > 0 && <span className="vc-count">{unread}</span>}
        {isOpen && <span>✕</span>}
      </button>
      <span role="status" className="vc-hidden">
        {news}
      </span>
      {isOpen && (
        <div id={id}>
          <Log messages={messages} />
          <Form send={send} />
        </div>
      )}
    </section>
  );
}

function Log({ messages }: { messages: readonly ChatMessage[] }): ReactElement {
  const log = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (log.current && isAtEnd.current) {
      log.current.scrollTop = log.current.scrollHeight;
    }
  }, [messages]);
  return (
    <ol
      ref={log}
      role="log"
      aria-label="Messages"
      tabIndex={0}
      onScroll={({
        currentTarget: { scrollTop, clientHeight, scrollHeight },
      }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
      }}
    >
      {messages.map(({ id, name, own, text, at, delivery }) => (
        <li key={id} data-own={own} data-delivery={delivery}>
          <b>
            <bdi>{own ? 'You' : name}</bdi>
          </b>
          <time dateTime={at.toISOString()}>
            {at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}
          </time>
          <p dir="auto">{text}</p>
          {delivery === 'sending' && <small>Sending…</small>}
          {delivery === 'failed' && <small>Not delivered</small>}
        </li>
      ))}
    </ol>
  );
}

function Form({ send }: { send: (text: string) => unknown }): ReactElement {
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') {
          send(text.trim());
          setText('');
        }
      }}
    >
      <input
        aria-label="Message"
        placeholder="Write a message"
        autoComplete="off"
        dir="auto"
        maxLength={MAX_LENGTH}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="submit" className="vc-button">
        Send
      </button>
    </form>
  );
}
