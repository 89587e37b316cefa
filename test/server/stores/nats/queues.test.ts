import { expect, test } from 'vitest';
import { createQueues } from '../../../../src/server/stores/nats/queues.ts';

test('work on one thing goes one after the other, past what fails; on others at the same time', async () => {
  const queues = createQueues();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queues.run('a', async () => {
    await gate.promise;
    done.push('a1');
    throw new Error('failed');
  });
  const second = queues.run('a', async () => {
    await Promise.resolve();
    done.push('a2');
    return 2;
  });
  await queues.run('b', () => Promise.resolve(done.push('b')));
  expect(done).toEqual(['b']);
  gate.resolve();
  await expect(first).rejects.toThrow('failed');
  expect(await second).toBe(2);
  expect(done).toEqual(['b', 'a1', 'a2']);
});

test('idle settles once nothing is queued any more', async () => {
  const queues = createQueues();
  await queues.idle();
  const gate = Promise.withResolvers<string>();
  const work = queues.run('a', () => gate.promise);
  const order: string[] = [];
  const idle = queues.idle().then(() => order.push('idle'));
  void work.then((text) => order.push(text));
  gate.resolve('work');
  await idle;
  expect(order).toEqual(['work', 'idle']);
});
