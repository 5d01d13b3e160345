export * from './generated/calls.js';
