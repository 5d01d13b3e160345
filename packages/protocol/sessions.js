export * from './generated/sessions.js';
