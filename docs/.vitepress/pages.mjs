// The pages of the site: the Markdown files that sidebar.json names, and how their links are read.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const forge = 'https://github.com/pyrepo/pyrepo'

// Returns the groups of the sidebar, each with its pages. A page has the path of its file in the repository (`source`), its
// path in the site (`path`), its title, what the sidebar calls it, and its first sentence. Files that are missing are left out.
export function readPages(repository) {
  const groups = JSON.parse(readFileSync(path.join(repository, 'docs/.vitepress/sidebar.json'), 'utf8'))
  const hasHome = existsSync(path.join(repository, 'docs/index.md'))
  return groups
    .map(group => ({
      text: group.text,
      pages: group.pages
        .map(entry => ({ ...entry, page: hasHome || entry.page !== 'docs/index.md' ? entry.page : 'README.md' }))
        .filter(entry => existsSync(path.join(repository, entry.page)))
        .map(entry => readPage(repository, entry)),
    }))
    .filter(group => group.pages.length > 0)
}

function readPage(repository, { page: source, text }) {
  const markdown = readFileSync(path.join(repository, source), 'utf8')
  const title = plain(/^# (.+)$/m.exec(markdown)?.[1] ?? source)
  return { source, path: pathInSite(source), title, text: text ?? title, summary: firstSentence(markdown) }
}

// docs/access.md is access.md, examples/laptop/README.md is examples/laptop.md, and CONTRIBUTING.md project/contributing.md.
function pathInSite(source) {
  if (source === 'README.md') return 'index.md'
  const directory = path.posix.dirname(source)
  if (path.posix.basename(source) === 'README.md') return `${directory === 'examples' ? 'examples/index' : directory}.md`
  const name = path.posix.basename(source).toLowerCase()
  return directory === 'docs' ? name : directory === '.' ? `project/${name}` : `${directory}/${name}`
}

function firstSentence(markdown) {
  const paragraph = markdown.replace(/^```[\s\S]*?^```$/gm, '').split(/\n\s*\n/).map(block => block.trim())
    .find(block => /^[\p{L}\p{N}`*[]/u.test(block))
  return paragraph === undefined ? '' : /^.+?[.:!?](?=\s|$)|^.+/.exec(plain(paragraph))[0].replace(/:$/, '.')
}

function plain(markdown) {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '').replace(/\s+/g, ' ').trim()
}

// Returns where a relative link of a file leads: to a page of the site, or to the forge.
export function resolveLink(href, source, pathOf, ref) {
  const [, target, hash = ''] = /^([^#]*)(#.*)?$/.exec(href)
  const file = path.posix.join(path.posix.dirname(source), decodeURI(target)).replace(/\/$/, '')
  const page = pathOf[file] ?? pathOf[`${file}/README.md`]
  if (page !== undefined) return `/${page}${hash}`
  return `${forge}/${/\.[a-z]+$/i.test(file) ? 'blob' : 'tree'}/${ref}/${file}${hash}`
}

// Forges make anchors of headings by this rule.
export function slugify(heading) {
  return heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '').replaceAll(' ', '-')
}
