import { useState } from 'react';
import type { ReactElement } from 'react';

/** The answers of the user at the entrance. */
export type Entry = { name: string; title: string; password: string };

/** A form that creates a session, or enters the one of an invitation. */
export function Entrance({
  isInvited,
  notice,
  onEnter,
}: {
  isInvited: boolean;
  notice: string;
  onEnter: (entry: Entry) => Promise<void>;
}): ReactElement {
  const [isEntering, setEntering] = useState(false);
  const submit = async (form: FormData): Promise<void> => {
    const text = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    setEntering(true);
    await onEnter({
      name: text('name'),
      title: isInvited ? 'Meeting' : text('title'),
      password: text('password'),
    });
    setEntering(false);
  };
  return (
    <main className="entrance">
      <h1>{isInvited ? 'Join the meeting' : 'New meeting'}</h1>
      <p role="alert">{notice}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <Field label="Your name" name="name" autoComplete="name" />
        {!isInvited && <Field label="Title" name="title" />}
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="off"
        />
        <button type="submit" className="primary" disabled={isEntering}>
          {isEntering ? 'Entering…' : isInvited ? 'Join' : 'Create and join'}
        </button>
      </form>
    </main>
  );
}

function Field({
  label,
  ...input
}: {
  label: string;
  name: string;
  type?: string;
  autoComplete?: string;
}): ReactElement {
  return (
    <label>
      {label}
      <input required {...input} />
    </label>
  );
}
