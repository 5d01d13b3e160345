import { registerHooks } from 'node:module';

/**
 * Lets the modules of the page, which the build resolves, be imported as they are:
 * the core of the SDK by its source.
 */
registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier === 'videoconf-sdk/core'
        ? {
            ...context,
            conditions: [...context.conditions, '@atrium/source'],
          }
        : context,
    ),
});
