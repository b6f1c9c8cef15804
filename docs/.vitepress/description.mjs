// Asks a server for the OpenAPI description of its API.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

const manifest = 'apiVersion: pyrepo.dev/v1beta1\nkind: PythonRepository\nmetadata: { name: team }\nspec: {}\n'

// Starts a server for a moment, and returns what it says. `program` is its path.
export async function readDescription(program) {
  if (!program) throw new Error('PYREPO_PROGRAM must name the built server, which describes its API.')
  const folder = mkdtempSync(path.join(tmpdir(), 'pyrepo-docs-'))
  writeFileSync(path.join(folder, 'team.yaml'), manifest)
  const server = spawn(program, [
    'serve', '-f', path.join(folder, 'team.yaml'), '--data', path.join(folder, 'data'),
    '--listen', '127.0.0.1:0', '--management', '127.0.0.1:0',
  ], { stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    const answer = await fetch(`${await readAddress(server)}/team/api/v1/openapi.json`)
    if (!answer.ok) throw new Error(`The server does not describe its API: it answered with ${answer.status}.`)
    const description = await answer.json()
    // The address of this moment is nobody's.
    description.servers = [{ url: 'https://packages.example.com/team' }]
    return `${JSON.stringify(description, null, 1)}\n`
  } finally {
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function readAddress(server) {
  let said = ''
  server.stderr.on('data', text => { said += text })
  const failed = new Promise((_, reject) => {
    server.on('error', reject)
    server.on('exit', status => reject(new Error(`The server ended with status ${status}:\n${said}`)))
  })
  failed.catch(() => {})
  const announced = (async () => {
    for await (const line of createInterface({ input: server.stdout })) {
      const address = /http:\/\/127\.0\.0\.1:\d+(?=\/team\/)/.exec(line)
      if (address !== null) return address[0]
    }
    return failed
  })()
  return Promise.race([announced, failed])
}
