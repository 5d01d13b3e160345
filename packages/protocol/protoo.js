export * from './generated/protoo.js';
