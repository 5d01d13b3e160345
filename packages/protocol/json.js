export * from './generated/json.js';
