import { setTimeout as pause } from 'node:timers/promises';
import { streamOf } from './stream';
import { NoTurn, Turns } from './turns';

async function* parts(count: number, ended: () => void, failAt = Infinity): AsyncGenerator<Uint8Array, void> {
  try {
    for (let i = 0; i < count; i++) {
      if (i === failAt) throw new Error('the statement failed');
      yield Buffer.alloc(1024 * 1024, i);
    }
  } finally {
    ended();
  }
}

describe('a stream of what is generated', () => {
  it('gives all of it, and ends the generator', async () => {
    const ended = jest.fn();
    let bytes = 0;
    for await (const part of await streamOf(parts(20, ended))) bytes += (part as Buffer).length;
    expect(bytes).toBe(20 * 1024 * 1024);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('fails before it is a stream when the first part fails, and as a stream later', async () => {
    const ended = jest.fn();
    await expect(streamOf(parts(3, ended, 0))).rejects.toThrow('the statement failed');
    const stream = await streamOf(parts(20, ended, 15));
    await expect(stream.toArray()).rejects.toThrow('the statement failed');
    expect(ended).toHaveBeenCalledTimes(2);
  });

  it('ends the generator when the reader goes, even before he began', async () => {
    const ended = jest.fn();
    (await streamOf(parts(1000, ended))).destroy();
    const begun = await streamOf(parts(1000, ended));
    begun.once('data', () => begun.destroy());
    await pause(50);
    expect(ended).toHaveBeenCalledTimes(2);
  });

  it('reads no more than a few megabytes ahead of its reader', async () => {
    let made = 0;
    async function* counted(): AsyncGenerator<Uint8Array, void> {
      for (; made < 1000; made++) yield Buffer.alloc(1024 * 1024);
    }
    const stream = await streamOf(counted());
    stream.once('readable', () => undefined);
    await pause(200);
    expect(made).toBeLessThan(12);
    stream.destroy();
  });
});

describe('turns', () => {
  it('lets only so many at a time, in order, and gives up on those who wait too long', async () => {
    const turns = new Turns(1, 60);
    const first = await turns.take();
    const order: string[] = [];
    const second = turns.take().then((done) => (order.push('second'), done));
    const third = turns.take().then((done) => (order.push('third'), done));
    await pause(10);
    expect(order).toEqual([]);
    first();
    first(); // Once only.
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
    const held = await turns.take();
    await expect(turns.take()).rejects.toThrow(NoTurn);
    held();
    (await turns.take())();
  });
});
