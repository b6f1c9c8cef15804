// Writes llms.txt, which lists the pages with a line each for programs that read, and llms-full.txt, which has all their text
// (https://llmstxt.org).
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export function writeTexts(repository, target, groups) {
  const home = groups[0].pages[0]
  const list = groups.map(({ text, pages }) => `## ${text}\n\n${pages.map(describe).join('\n')}\n`)
  writeFileSync(path.join(target, 'llms.txt'), [`# PyRepo\n\n> ${home.summary}\n`, ...list].join('\n'))
  writeFileSync(path.join(target, 'llms-full.txt'), groups.flatMap(group => group.pages)
    .map(page => `<!-- ${page.source} -->\n\n${readFileSync(path.join(repository, page.source), 'utf8').trim()}\n`).join('\n'))
}

function describe(page) {
  return `- [${page.title}](${page.path.replace(/\.md$/, '.html')}): ${page.summary}`
}
