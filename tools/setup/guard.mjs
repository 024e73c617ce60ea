/**
 * Runs a command as the leader of its own process group and takes the whole group down when our parent
 * goes away, however it goes: wrangler starts workerd, which outlives a killed wrangler otherwise.
 * Started by edge.mjs with an IPC channel; `disconnect` is how a parent's death shows.
 */
import { spawn } from 'node:child_process';

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

/** Process 0 is "my group" to kill(2); the leader dies with it. */
function endGroup() {
  process.kill(-process.pid, 'SIGKILL');
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    child.kill('SIGTERM');
    setTimeout(endGroup, 3000);
  });
}
process.on('disconnect', endGroup);
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  endGroup();
});
child.on('exit', (code) => {
  // What wrangler left behind must not outlive it; the exit code is told first.
  if (process.connected) process.send?.({ exit: code ?? 1 }, endGroup);
  else endGroup();
});
