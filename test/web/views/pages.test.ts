import { describe, expect, it } from '@jest/globals'
import { makeAssets } from '../../../src/web/views/assets.ts'
import { makeViews } from '../../../src/web/views/engine.ts'
import { makeTexts } from '../../../src/web/views/texts.ts'
import { commonOf, type Sample, samples, site } from './samples.ts'

const assets = makeAssets()
const views = makeViews({ site, assets, texts: makeTexts() })
const render = ({ page, model, common }: Sample, language: 'fr' | 'en') =>
  views.render(page, model as never, commonOf(language, common))
const cases = samples.flatMap(sample =>
  (['fr', 'en'] as const).map(language => ({ name: `${sample.name} (${language})`, sample, language })),
)

const all = (html: string, pattern: RegExp): string[] => [...html.matchAll(pattern)].map(([, found]) => found ?? '')
const tags = (html: string, name: string): string[] => all(html, new RegExp(`<(${name}\\b[^>]*)>`, 'g'))
const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
const sampleNamed = (name: string): Sample => {
  const sample = samples.find(candidate => candidate.name === name)
  if (!sample) throw new Error(`No sample ${name}`)
  return sample
}

describe.each(cases)('the page $name', ({ sample, language }) => {
  const html = render(sample, language)
  const ids = all(html, /\sid="([^"]*)"/g)

  it('is in its language, with one title and one h1 that agree', () => {
    expect(html).toContain(`<html lang="${language}">`)
    const [heading, ...more] = all(html, /<h1[^>]*>([^<]*)<\/h1>/g)
    expect(more).toEqual([])
    expect(all(html, /<title>([^<]*)<\/title>/g)[0]).toContain(`${heading} – Guichet`)
  })

  it('goes down its headings without a gap', () => {
    const levels = all(html, /<h([1-6])\b/g).map(Number)
    const afterTitle = levels.slice(levels.indexOf(1))
    afterTitle.forEach((level, index) => {
      expect(level).toBeLessThanOrEqual((afterTitle[index - 1] ?? level) + 1)
    })
  })

  it('names every id once, and only ids that it has', () => {
    expect(ids).toEqual([...new Set(ids)])
    const named = ['aria-describedby', 'aria-labelledby', 'aria-controls', 'for', 'form'].flatMap(name =>
      all(html, new RegExp(`\\s${name}="([^"]*)"`, 'g')).flatMap(value => value.trim().split(/\s+/)),
    )
    const inside = all(html, /href="#([^"]+)"/g)
    expect([...named, ...inside].filter(id => !ids.includes(id))).toEqual([])
  })

  it('labels every control', () => {
    const labelled = all(html, /<label\b[^>]*\sfor="([^"]*)"/g)
    const controls = [...tags(html, 'input'), ...tags(html, 'select')].filter(
      tag => attribute(tag, 'type') !== 'hidden',
    )
    const wrapped = all(html, /<label[^>]*>\s*<(input[^>]*)>/g)
    const bare = controls.filter(tag => !labelled.includes(attribute(tag, 'id') ?? '') && !wrapped.includes(tag))
    expect(bare).toEqual([])
    expect(tags(html, 'img').filter(tag => attribute(tag, 'alt') === undefined)).toEqual([])
  })

  it('obeys the strict policy: no inline style or script, nothing from elsewhere', () => {
    expect(html).not.toMatch(/\sstyle=|<style|\son[a-z]+=|="javascript:/i)
    expect(tags(html, 'script').filter(tag => !attribute(tag, 'src')?.startsWith('/assets/'))).toEqual([])
    expect(all(html, /\ssrc="([^"]*)"/g).filter(src => !src.startsWith('/'))).toEqual([])
    expect(tags(html, 'link').filter(tag => !attribute(tag, 'href')?.startsWith('/assets/'))).toEqual([])
  })

  it('gives every form that posts its token, and no field a length that cuts', () => {
    const forms = html
      .split(/<form\b/)
      .slice(1)
      .map(part => part.slice(0, part.indexOf('</form>')))
    expect(forms.filter(form => !form.includes('name="_token"'))).toEqual([])
    expect(html).not.toMatch(/maxlength|placeholder=|disabled/)
  })

  it('says in words what is new in a window of its own', () => {
    const opening = all(html, /(<a\b[^>]*target="_blank"[^>]*>.*?<\/a>)/gs)
    expect(
      opening.filter(link => !/nouvelle fenêtre|new window/.test(link) || !link.includes('rel="noopener"')),
    ).toEqual([])
  })

  it('is filled in wholly', () => {
    expect(html).not.toMatch(/\{\{|\{%|\{\w+\}|undefined|\[object/)
  })
})

describe('forms', () => {
  it('press their main button with Enter: nothing that sends the form stands before it', () => {
    for (const name of ['sign-up-empty', 'sign-in-throttled', 'recovery', 'resend']) {
      const html = render(sampleNamed(name), 'fr')
      const [first] = tags(html, 'button').filter(tag => attribute(tag, 'form') === 'page-form')
      expect(first).toContain('aria-hidden="true"')
      expect(first).toContain('tabindex="-1"')
      expect(first).not.toMatch(/\s(name|id)=/)
    }
  })

  it('hold the names that the seed and the tests rely on', () => {
    const html = render(sampleNamed('sign-up-other-town'), 'fr')
    const names = new Set(all(html, /\sname="([^"]*)"/g))
    const expected =
      'birthName nir nirKey landline mobile email emailConfirmation houseNumber repetitionIndex streetType streetName addressComplement locality postalCode city abroad addressLine1 addressLine2 addressLine3 country diploma password passwordConfirmation challenge acceptTerms cancel create-account website'
    expect(expected.split(' ').filter(name => !names.has(name))).toEqual([])
  })

  it('give back what was typed, but never a password', () => {
    const html = render(sampleNamed('sign-up-faults'), 'fr')
    expect(html).toContain('value="2 55 08 14 168 025"')
    expect(html).toContain('<option value="Bayeux" selected>')
    for (const tag of tags(html, 'input').filter(tag => attribute(tag, 'type') === 'password'))
      expect(attribute(tag, 'value')).toBeUndefined()
  })

  it('say each fault twice, in the summary and above its field, in the order of the form', () => {
    const html = render(sampleNamed('sign-up-faults'), 'fr')
    const linked = all(html, /<li><a href="#([^"]+)"/g)
    const positions = linked.map(id => html.indexOf(`id="${id}"`))
    expect(positions).toEqual([...positions].sort((one, other) => one - other))
    for (const id of linked) {
      expect(html).toContain(`id="${id}-error"`)
      expect(html).toMatch(new RegExp(`(aria-describedby="[^"]*${id}-error)`))
    }
    expect(html).toMatch(/<title>Erreur\u00a0: Je crée mon compte – Guichet/)
  })

  it('never say which object a picture shows', () => {
    const html = render(sampleNamed('sign-up-empty'), 'fr')
    expect(all(html, /<img[^>]*alt="([^"]*)"/g)).toEqual(['Image 1', 'Image 2', 'Image 3', 'Image 4', 'Image 5'])
  })

  it('show FranceConnect only where it is a provider', () => {
    expect(render(sampleNamed('sign-in-refused'), 'fr')).not.toContain('FranceConnect')
    expect(render(sampleNamed('sign-in-refused-france-connect'), 'fr')).toContain(
      'href="/connexion/avec/franceconnect"',
    )
  })
})

describe('hostile values', () => {
  const evil = `"><script>alert('x')</script>{{ 7 * 7 }}**b**[l]({site})`
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;'

  it('stay text wherever a page shows them', () => {
    const service = { name: evil, returnHref: '/retour' }
    const pages = [
      views.render(
        'checkMailbox',
        { ...(sampleNamed('mailbox').model as never as object), email: evil } as never,
        commonOf('fr', { service }),
      ),
      views.render(
        'consent',
        { serviceName: evil, items: [{ claim: 'email', value: evil }], withheld: [], purpose: evil },
        commonOf('fr'),
      ),
      views.render('error', { code: 'FAULT', key: 'redirectUri', serviceName: evil }, commonOf('en')),
      views.render(
        'signIn',
        { ...(sampleNamed('sign-in-empty').model as never as object), values: { nir: evil } } as never,
        commonOf('fr', { service }),
      ),
    ]
    for (const html of pages) {
      expect(html).not.toContain('<script>alert')
      expect(html).toContain(escaped)
      expect(html).not.toContain('49')
    }
  })

  it('stay text in the operator’s own pages', () => {
    const html = render(sampleNamed('prose-terms'), 'fr')
    expect(html).toContain('&lt;script&gt;')
    expect(html).not.toMatch(/href="javascript/)
    expect(html).toContain('<a href="https://exemple.fr/">un lien</a>')
    expect(html).toContain('<h2>Une partie</h2>')
  })
})

describe('assets', () => {
  it('are served at the addresses that pages name, whole or compressed', () => {
    const href = assets.href('guichet.css')
    expect(assets.serve(href)?.type).toBe('text/css; charset=utf-8')
    const whole = assets.serve(href)?.body.length ?? 0
    const small = assets.serve(href, 'gzip, br')
    expect(small?.encoding).toBe('br')
    expect(small?.body.length).toBeLessThan(whole / 2)
  })

  it('answer nothing outside their folder', () => {
    expect(assets.serve('/assets/x/../../package.json')).toBeUndefined()
    expect(() => assets.href('nothing.css')).toThrow('nothing.css')
  })
})
