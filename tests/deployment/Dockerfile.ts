import path from 'node:path';

/** One instruction, with the options before its arguments. */
export interface Instruction {
  readonly name: string;
  /** Such as `from` of `--from=build`. */
  readonly options: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A build stage: from one `FROM` to the next. */
export interface Stage {
  readonly base: string;
  /** The name of the stage, or its number. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, in order. */
export function stagesIn(dockerfile: string): Stage[] {
  const stages: { base: string; name: string; instructions: Instruction[] }[] =
    [];
  for (const { name, options, text } of instructionsIn(dockerfile)) {
    if (name === 'FROM') {
      const [base = '', , alias = `${stages.length}`] = text.split(/\s+/);
      stages.push({ base, name: alias, instructions: [] });
    } else {
      stages.at(-1)?.instructions.push({ name, options, text });
    }
  }
  return stages;
}

/** The words of an instruction that is a list in JSON, or a command of the shell. */
export function commandIn(text: string): string[] {
  return text.startsWith('[')
    ? (JSON.parse(text) as string[])
    : ['/bin/sh', '-c', text];
}

/** Tells if a path of the context is left out, by the lines of .dockerignore. */
export function ignores(dockerignore: string): (file: string) => boolean {
  const patterns = dockerignore
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return (file) => {
    let ignored = false;
    for (const pattern of patterns) {
      const negated = pattern.startsWith('!');
      if (matches(file, pattern.replace(/^!/, ''))) {
        ignored = !negated;
      }
    }
    return ignored;
  };
}

/** A pattern matches a path, and all that is below it. */
function matches(file: string, pattern: string): boolean {
  const steps = file.split('/');
  return steps.some((_, index) =>
    path.matchesGlob(steps.slice(0, index + 1).join('/'), pattern),
  );
}

function instructionsIn(dockerfile: string): Instruction[] {
  const lines = dockerfile
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  return lines.map((line) => {
    const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    const options: Record<string, string> = {};
    let text = rest;
    for (
      let found = /^--([\w-]+)=(\S+)\s+/.exec(text);
      found !== null;
      found = /^--([\w-]+)=(\S+)\s+/.exec(text)
    ) {
      const [whole, option = '', value = ''] = found;
      options[option] = value;
      text = text.slice(whole.length);
    }
    return { name: name.toUpperCase(), options, text };
  });
}
