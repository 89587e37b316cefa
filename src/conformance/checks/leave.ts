import { expectEqual, expectJson, expectProblem, expectStatus } from '../expect.ts';
import { requirement, type Requirement } from '../requirement.ts';

/** docs/protocol.md#5 and #6: leaving */
export const LEAVE: readonly Requirement[] = [
  requirement(
    '6.leave',
    'forgets an inbox that is left: its owner is not enrolled, its senders are refused, and coming back starts empty',
    async (bench) => {
      const [alice, bob] = [await bench.published(), await bench.person()];
      const record = bench.publish(bob);
      expectStatus('enrol', await bench.act(bob, 'enrol', { body: record }), 204);
      const body = { seq: 5, allowed: [], blocked: [alice.address] };
      const id = await bench.deliver(alice, bob);
      expectStatus('policy', await bench.act(bob, 'policy', { body }), 204);
      const iat = bench.now() - 5;
      expectStatus('leave', await bench.act(bob, 'leave', { claims: { iat, exp: iat + 300 } }), 204);
      expectProblem('read after it', await bench.act(bob, 'read'), 'not-enrolled');
      expectProblem('send after it', await bench.send(alice, bob), 'recipient-refused');
      expectStatus('enrol after it', await bench.act(bob, 'enrol', { body: record }), 204);
      const page = expectJson('read', await bench.act(bob, 'read'));
      expectEqual('the list after coming back', [page['items'], page['unread'], page['total']], [[], 0, 0]);
      expectStatus(
        'a policy of a lower seq',
        await bench.act(bob, 'policy', { body: { ...body, seq: 1, blocked: [] } }),
        204,
      );
      expectStatus('the delivery of before', await bench.send(alice, bob, { id }), 201);
    },
  ),
  requirement(
    '5.leave-replay',
    'takes a leave once: a replay is told so, and leaves who came back alone',
    async (bench) => {
      const bob = await bench.enrolled();
      const iat = bench.now() - 5;
      const token = bench.token(bob, 'leave', { claims: { iat, exp: iat + 300 } });
      expectStatus('leave', await bench.act(bob, 'leave', { token }), 204);
      expectProblem('again', await bench.act(bob, 'leave', { token }), 'token-replayed');
      expectStatus('enrol', await bench.act(bob, 'enrol', { body: bench.record(bob) }), 204);
      expectProblem('again, after coming back', await bench.act(bob, 'leave', { token }), 'token-replayed');
      expectStatus('read', await bench.act(bob, 'read'), 200);
      const later = { claims: { iat: iat + 2, exp: iat + 200 } };
      expectStatus('another leave', await bench.act(bob, 'leave', later), 204);
    },
  ),
  requirement(
    '5.leave-enrol',
    'takes no enrol token whose iat is not later than the leave’s',
    async (bench) => {
      const bob = await bench.enrolled();
      const iat = bench.now() - 5;
      expectStatus('leave', await bench.act(bob, 'leave', { claims: { iat, exp: iat + 300 } }), 204);
      const body = bench.record(bob);
      const enrol = (at: number) => bench.act(bob, 'enrol', { body, claims: { iat: at, exp: at + 300 } });
      expectProblem('of the same second', await enrol(iat), 'token-replayed');
      expectProblem('of before', await enrol(iat - 3), 'token-replayed');
      expectStatus('of later', await enrol(iat + 1), 204);
    },
  ),
];
