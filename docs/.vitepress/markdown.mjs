// What the site does with plain Markdown: links lead to pages or to the forge, rows of tables can be linked to, and diagrams
// are drawn when the site is built.
import { renderMermaidSVG } from './mermaid.mjs'
import { resolveLink } from './pages.mjs'

export function extendMarkdown(md, { sourceOf, pathOf, ref }) {
  md.core.ruler.push('links', state => {
    const source = sourceOf[state.env.relativePath]
    for (const token of links(state.tokens)) {
      const href = token.attrGet('href')
      if (source !== undefined && !/^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(href))
        token.attrSet('href', resolveLink(href, source, pathOf, ref))
    }
  })
  md.core.ruler.push('rows', state => linkRows(state, state.env.relativePath === 'reference.md'))
  // Vue would take {{ }} for its own.
  md.renderer.rules.text = (tokens, index) => md.utils.escapeHtml(tokens[index].content).replaceAll('{{', '&#123;&#123;')
  const code = md.renderer.rules.code_inline
  md.renderer.rules.code_inline = (tokens, index, ...rest) => {
    const html = code(tokens, index, ...rest)
    return tokens[index].meta?.isName ? html.replace(/([._](?=\w))/g, '$1<wbr>') : html
  }
  const fence = md.renderer.rules.fence
  md.renderer.rules.fence = (tokens, index, ...rest) =>
    tokens[index].info.trim() === 'mermaid' ? draw(tokens[index].content) : fence(tokens, index, ...rest)
}

function links(tokens) {
  return tokens.flatMap(token => token.children ?? []).filter(token => token.type === 'link_open')
}

// A row that begins with code gets an id, and its code a link to that: #pythonrepository-spec-uploads in the reference, where
// a field is named after its kind, and #pyrepo_uploads_total elsewhere.
function linkRows(state, isReference) {
  const ids = new Set(state.tokens.map(token => token.attrGet('id')).filter(Boolean))
  let kind = ''
  state.tokens.forEach((token, index) => {
    if (token.type === 'heading_open' && token.tag === 'h2') kind = state.tokens[index + 1].content
    if (token.type !== 'tr_open') return
    const cell = state.tokens[index + 2]
    const code = cell?.children?.[0]
    if (state.tokens[index + 1]?.type !== 'td_open' || code?.type !== 'code_inline') return
    const id = toId(isReference && /Repository/.test(kind) ? `${kind} ${code.content}` : code.content)
    if (id === '' || ids.has(id)) return
    ids.add(id)
    token.attrSet('id', id)
    code.meta = { isName: true }
    const open = new state.Token('link_open', 'a', 1)
    open.attrSet('href', `#${id}`)
    open.attrSet('class', 'row-link')
    cell.children.splice(0, 1, open, code, new state.Token('link_close', 'a', -1))
  })
}

function toId(text) {
  return text.toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, '-').replace(/^-|-$/g, '')
}

// A diagram is never larger than drawn, and never too small to read. Its colors are those of theme/style.css, which has the rules
// that would otherwise stand in the SVG and hold for every other.
function draw(source) {
  const svg = renderMermaidSVG(defineFirst(source), {
    transparent: true, padding: 8, bg: 'var(--vp-c-bg)', fg: 'var(--vp-c-text-1)',
  })
  const width = Number(/ width="([\d.]+)"/.exec(svg)[1])
  const image = svg
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/ width="[\d.]+" height="[\d.]+"/, '')
    .replace('style="', `style="max-width:${width}px;min-width:${width * 0.85}px;`)
  return `<figure class="diagram" tabindex="0" v-pre>${image}</figure>\n`
}

// The renderer takes a node's label from where the node is named first, Mermaid from wherever it is given.
function defineFirst(source) {
  const definitions = source.matchAll(/(?<![\w"])(\w+)([[({]+(?:"[^"]*"|[^"|[\](){}\n]+)[\])}]+)/g)
  for (const [whole, id, shape] of [...definitions]) {
    const first = new RegExp(`^(?:[^"\\n]|"[^"\\n]*")*?(?<![\\w-])${id}\\b(?=\\s*(?:[-<=&]|$))`, 'm').exec(source)
    const end = first === null ? Infinity : first.index + first[0].length
    if (end <= source.indexOf(whole)) source = source.slice(0, end) + shape + source.slice(end)
  }
  return source
}
