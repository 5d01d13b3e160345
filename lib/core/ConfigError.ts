import { StartError } from './StartError.ts';

/** The configuration cannot be used; the message names every wrong option. */
export class ConfigError extends StartError {
  constructor(problems: readonly string[]) {
    super(`The configuration is wrong:\n  ${problems.join('\n  ')}`);
    this.name = 'ConfigError';
  }
}
