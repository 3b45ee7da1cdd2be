/** `genesis exchange` straight from the sources, for tests that need it as a process. */
import { exchangeCommand } from '../../../src/cli/exchange.ts';

await exchangeCommand().parseAsync(process.argv.slice(2), { from: 'user' });
