// Shows openapi.json, in the colors that the reader has chosen for the other pages.
const choice = localStorage.getItem('vitepress-theme-appearance')
const isDark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.classList.toggle('dark', isDark)

const font = 'system-ui, sans-serif'
const light = { primary: '#0550ae', text: '#1f2328', quiet: '#59636e', page: '#ffffff', raised: '#f6f8fa', line: '#d1d9e0' }
const dark = { primary: '#79b8ff', text: '#dfdfd6', quiet: '#a8a8b0', page: '#1b1b1f', raised: '#202127', line: '#3c3f44' }
const colors = isDark ? dark : light

Redoc.init('openapi.json', {
  hideDownloadButton: true,
  disableSearch: true,
  expandResponses: '200,201',
  theme: {
    colors: {
      primary: { main: colors.primary },
      text: { primary: colors.text, secondary: colors.quiet },
      success: { main: isDark ? '#56d364' : '#116329' },
      border: { dark: colors.line, light: colors.line },
      gray: { 50: colors.raised, 100: colors.raised },
    },
    schema: {
      arrow: { color: colors.quiet },
      nestedBackground: colors.raised, linesColor: colors.line, typeNameColor: colors.quiet, typeTitleColor: colors.quiet,
      requireLabelColor: isDark ? '#ff9492' : '#a40e26',
    },
    typography: { fontFamily: font, fontSize: '15px', headings: { fontFamily: font }, links: { color: colors.primary } },
    sidebar: { backgroundColor: colors.raised, textColor: colors.text, activeTextColor: colors.primary },
    rightPanel: { backgroundColor: '#161b22' },
  },
}, document.getElementById('api'))
