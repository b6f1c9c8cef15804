// The site's configuration. build.mjs has written site.json, which says what there is to show.
import { readFileSync } from 'node:fs'
import { extendMarkdown } from './markdown.mjs'
import { forge, slugify } from './pages.mjs'

const site = JSON.parse(readFileSync(new URL('../site.json', import.meta.url), 'utf8'))
const pages = site.groups.flatMap(group => group.pages)
const sourceOf = Object.fromEntries(pages.map(page => [page.path, page.source]))
const pathOf = Object.fromEntries(pages.map(page => [page.source, page.path]))

export default {
  lang: 'en',
  title: 'PyRepo',
  description: 'Private Python package repositories, on a laptop, on a server and in Kubernetes.',
  base: site.base,
  srcDir: 'source',
  outDir: site.out,
  rewrites: pathOf,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${site.base}mark.svg` }]],
  sitemap: site.url === null ? undefined : { hostname: site.url },
  transformPageData: page => {
    const { summary } = pages.find(known => known.path === page.relativePath) ?? {}
    return summary === undefined ? {} : { description: summary }
  },
  markdown: {
    // The usual themes have comments that are too faint to read.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    image: { lazyLoading: true },
    anchor: { slugify },
    toc: { slugify },
    headers: { slugify, level: [2, 3] },
    config: md => extendMarkdown(md, { sourceOf, pathOf, ref: site.ref }),
  },
  themeConfig: {
    logo: { src: '/mark.svg', alt: '' },
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    socialLinks: [{ icon: 'github', link: forge, ariaLabel: 'The repository' }],
    editLink: { pattern: `${forge}/edit/main/:path`, text: 'Edit this page' },
    externalLinkIcon: true,
    nav: [
      { text: 'Reference', link: '/reference' },
      { text: 'API', link: '/api.html', target: '_self' },
      { text: site.version, items: [...site.versions, { text: 'Changelog', link: '/project/changelog' }] },
    ],
    sidebar: site.groups.map(group => ({
      text: group.text,
      items: group.pages.map(page => ({ text: page.text, link: `/${page.path.replace(/(index)?\.md$/, '')}` })),
    })),
  },
}
