import fs from 'node:fs';

/** Preloaded (`--import`) before the engine, it takes the room on the disk away once 50 more pages were written. */
const pagesLeft = 50;
const writeSync = fs.writeSync;
let armed = false;
let pages = 0;

process.stdout.write = new Proxy(process.stdout.write, {
  apply(target, self, parameters) {
    armed = true;
    return Reflect.apply(target, self, parameters);
  },
});

fs.writeSync = new Proxy(writeSync, {
  apply(target, self, parameters) {
    const toDisk = parameters[0] > 2;
    if (armed && toDisk && ++pages > pagesLeft) {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
    return Reflect.apply(target, self, parameters);
  },
});
