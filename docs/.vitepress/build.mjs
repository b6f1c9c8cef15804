// Builds the site of the documentation into a folder (`build.mjs OUT`), or serves it for writers (`build.mjs serve`), with what
// `./dev docs` has installed into artifacts/site. PYREPO_PROGRAM is the server that the description of its API is asked of.
// PYREPO_DOCS_BASE is where the site will be: a path, such as /pyrepo/, or a whole URL, with which it gets a sitemap.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readDescription } from './description.mjs'
import { writeTexts } from './llms.mjs'
import { forge, readPages } from './pages.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const repository = path.resolve(here, '../..')
const root = path.join(repository, 'artifacts/site')
const source = path.join(root, 'source')
const [out = 'artifacts/docs'] = process.argv.slice(2)

const groups = readPages(repository)
const pages = groups.flatMap(group => group.pages)
const { base, url } = readBase(process.env.PYREPO_DOCS_BASE || '/')
const { version, versions } = readVersions()

for (const folder of ['.vitepress', 'source']) rmSync(path.join(root, folder), { recursive: true, force: true })
cpSync(here, path.join(root, '.vitepress'), { recursive: true })
stageRenderer()
pages.forEach(page => stage(page.source))
await stagePublicFiles()
writeFileSync(path.join(root, 'site.json'), JSON.stringify({
  base, url, groups, version, versions, ref: version, out: path.resolve(repository, out === 'serve' ? 'artifacts/docs' : out),
}))

process.chdir(root)
const vitepress = await import(pathToFileURL(path.join(root, 'node_modules/vitepress/dist/node/index.js')))
if (out === 'serve') await serve()
else await vitepress.build(root)

// Copies a page, and the pictures that it shows.
function stage(file) {
  const text = readFileSync(path.join(repository, file), 'utf8')
  const pictures = [...text.matchAll(/!\[[^\]]*\]\(([^)\s:]+)\)/g)].map(([, link]) => path.join(path.dirname(file), link))
  for (const name of [file, ...pictures]) {
    mkdirSync(path.join(source, path.dirname(name)), { recursive: true })
    copyFileSync(path.join(repository, name), path.join(source, name))
  }
}

// The renderer of diagrams places arrows between nodes of an inner box as if that lay at the corner of the picture.
function stageRenderer() {
  let text = readFileSync(path.join(root, 'node_modules/beautiful-mermaid/dist/index.js'), 'utf8')
  for (const [wrong, right] of [
    ['"elk.hierarchyHandling":', '"elk.json.edgeCoords": "ROOT", "elk.hierarchyHandling":'],
    ['segments, offsetX + (child.x ?? 0), offsetY + (child.y ?? 0))', 'segments, 0, 0)'],
  ]) {
    if (!text.includes(wrong)) throw new Error(`beautiful-mermaid has no "${wrong}" any more: see whether it needs to be mended.`)
    text = text.replace(wrong, right)
  }
  writeFileSync(path.join(root, '.vitepress/mermaid.mjs'), text)
}

async function stagePublicFiles() {
  const target = path.join(source, 'public')
  cpSync(path.join(here, 'public'), target, { recursive: true })
  // Redoc shows its maker's logo, from its maker's server.
  const redoc = readFileSync(path.join(root, 'node_modules/redoc/bundles/redoc.standalone.js'), 'utf8')
  writeFileSync(path.join(target, 'redoc.js'), redoc
    .replace(/https:\/\/cdn\.redoc\.ly\/[^"]*/, "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>")
    .replace(/\/\/# sourceMappingURL=\S+\s*$/, ''))
  writeFileSync(path.join(target, 'openapi.json'), await readDescription(process.env.PYREPO_PROGRAM))
  writeTexts(repository, target, groups)
}

async function serve() {
  for (const folder of new Set(pages.map(page => path.dirname(page.source)))) {
    watch(path.join(repository, folder), (_, name) => {
      const file = path.join(folder, name ?? '')
      if (pages.some(page => page.source === file) && existsSync(path.join(repository, file))) stage(file)
    })
  }
  const server = await vitepress.createServer(root)
  await server.listen()
  server.printUrls()
}

function readBase(given) {
  const absolute = /^https?:/.test(given) ? new URL(given) : null
  const base = `/${(absolute?.pathname ?? given).replace(/^\/+|\/+$/g, '')}/`.replace('//', '/')
  return { base, url: absolute === null ? null : new URL(base, absolute).href }
}

// The site of a release is built from its tag, with a base that ends with it, and put there beside main's. A release from before
// there was a site is shown by the forge.
function readVersions() {
  const tags = git('tag', '--list', 'v*', '--sort=-version:refname')
  const [tag] = git('tag', '--list', 'v*', '--points-at', 'HEAD')
  const main = tag === undefined ? '/' : '/../'
  return {
    version: tag ?? 'main',
    versions: [{ text: 'main', link: main, target: '_self' }, ...tags.map(name => ({
      text: name,
      ...(git('ls-tree', '--name-only', name, 'docs/.vitepress/build.mjs').length > 0
        ? { link: `${main}${name}/`, target: '_self' }
        : { link: `${forge}/tree/${name}/docs` }),
    }))],
  }
}

// The lines that git says; none where there is no git, as in an archive of the sources.
function git(...command) {
  try {
    return execFileSync('git', command, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n').filter(Boolean)
  } catch {
    return []
  }
}
