import { enableCompileCache } from 'node:module';
import path from 'node:path';
import process from 'node:process';

// Half of a start is compiling the sources, which is done before any of them
// runs. Without a folder that can be written to, they are compiled each time.
enableCompileCache(
  path.join(import.meta.dirname, 'node_modules', '.cache', 'compiled'),
);
const { main } = await import('./lib/main.ts');
await main(process.argv.slice(2));
