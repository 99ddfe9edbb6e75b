/** The list page's script: asks every 3 seconds whether something new has come, and offers it without moving the page. */
export const newsScript = `const news = document.getElementById('news')
const look = async () => {
  if (document.hidden || news.firstChild) return
  const answer = await fetch('/newest', { cache: 'no-store' }).catch(() => undefined)
  if (!answer || !answer.ok) return
  const newest = await answer.text()
  if (newest === '' || newest === news.dataset.newest) return
  const link = document.createElement('a')
  link.href = '/'
  link.textContent = news.dataset.action
  news.className = 'notice'
  news.append(news.dataset.text + ' ', link)
}
setInterval(look, 3000)
`
