"""What the elders' view (长辈版) owes on every page, asked inside of it: the list of what is too small."""

LARGE = """() => {
  const least = 60, body = 23, small = 20.9;  // px: a target, the words, the smallest of them
  const style = e => getComputedStyle(e);
  const seen = e => e.getClientRects().length && style(e).visibility !== 'hidden' && !e.closest('.visually-hidden')
    && !(e.matches('.skip-link') && e !== document.activeElement);
  const all = s => [...document.querySelectorAll(s)].filter(seen);
  const name = e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 110);
  const faults = [];
  if (document.documentElement.scrollWidth > innerWidth) faults.push('scrolls sideways');

  // What a finger meets: a choice is as large as its label, a card's one link as large as the card.
  const target = e => e.matches('input[type=radio], input[type=checkbox]') ? e.closest('label') || e : e;
  const box = e => {
    const after = getComputedStyle(e, '::after');
    let on = e;
    if (after.content !== 'none' && after.position === 'absolute' && after.top === '0px' && after.bottom === '0px')
      do on = on.parentElement; while (style(on).position === 'static');
    return on.getBoundingClientRect();
  };
  // A link among the words of a sentence is as high as its line.
  const inSentence = e => e.matches('a') && style(e).display === 'inline' && [...e.parentElement.childNodes]
    .some(n => n !== e && n.nodeType === 3 && n.textContent.replace(/[\\s：:·]/g, '').length > 1);
  const pressed = new Set(all('a[href], button, summary, select, textarea, input:not([type=hidden])')
    .filter(e => !inSentence(e)).map(target).filter(seen));
  for (const e of pressed) {
    const r = box(e);
    if (r.height < least - 0.5 || r.width < least - 0.5)
      faults.push(`is ${Math.round(r.width)} by ${Math.round(r.height)}: ${name(e)}`);
  }

  if (parseFloat(style(document.body).fontSize) < body) faults.push('has small words');
  for (const e of all('main *, footer *')) {
    const says = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (says && !e.closest('svg') && parseFloat(style(e).fontSize) < small) faults.push('is small: ' + name(e));
  }
  for (const e of all('main p')) if (!e.className && !e.closest('.small') && parseFloat(style(e).fontSize) < body) faults.push('is no body: ' + name(e));
  for (const e of all('.tabs a, .site-tool, .sticky-bar *'))
    if (parseFloat(style(e).fontSize) > 17 * 1.4 + 0.5) faults.push('outgrows the bar: ' + name(e));
  for (const bar of all('.sticky-bar'))
    if ([...bar.querySelectorAll('.button, button')].filter(seen).length > 2) faults.push('has more than two buttons: ' + name(bar));
  return faults;
}"""
