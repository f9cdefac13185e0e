import { runPacked } from './packed/packed';

type Serving = typeof import('./serve.js');

const packed = runPacked() as Serving | null;
if (packed) packed.serve();
else void import('./serve.js').then(({ serve }) => serve());
