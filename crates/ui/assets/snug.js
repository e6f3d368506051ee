// The window's script. It swaps pieces that the server made, keeps a long chat's window small, and follows the keys.
// It makes no markup of its own and holds no message that is not on the screen.
'use strict';
(() => {
  const $ = (selector, from = document) => from.querySelector(selector);
  const KEY = 'snug-session';
  let token = null;

  // ---- What may become markup, and what may be asked for ----

  const nothingRuns = () => { throw new Error('nothing is evaluated in this page'); };
  const rules = { createHTML: text => text, createScript: nothingRuns };
  const policy = window.trustedTypes ? window.trustedTypes.createPolicy('snug', rules) : rules;

  // This script runs as soon as it is there, so that the first piece is asked for while htmx is still loading.
  const register = () => htmx.registerExtension('snug', {
    init: api => api.initSecurity(policy, nothingRuns, nothingRuns),
    htmx_config_request: (_, { ctx }) => { ctx.request.headers['Snug-Session'] = token; },
    htmx_before_request: (_, { ctx }) => sendFileAsItIs(ctx),
    htmx_before_response: (_, { ctx }) => isLetIn(ctx.response.status),
  });

  // Another place than the one that was asked for shows these.
  function isLetIn(status) {
    if (status === 401) { show('closed'); return false; }
    if (status === 423) { load('/app'); return false; }
    return true;
  }

  function sendFileAsItIs(ctx) {
    const input = ctx.sourceElement.matches?.('form') && $('input[data-raw]', ctx.sourceElement);
    const file = input && input.files[0];
    if (!file) return !input;
    if (file.size > Number(input.dataset.most)) { notice('too-large'); return false; }
    ctx.request.body = file;
    ctx.request.headers['Content-Type'] = 'application/octet-stream';
    ctx.request.headers['Snug-File-Name'] = encodeURIComponent(file.name);
    return true;
  }

  const notice = name => $('#notice').replaceChildren($(`#${name}`).content.cloneNode(true));

  // Requests that no element makes have a source of their own, so that none waits for another.
  const ask = (method, url, source, more = {}) =>
    htmx.ajax(method, url, { source: `#ask-${source}`, swap: 'none', ...more });
  const load = url => { empty(); return ask('GET', url, 'app', { target: '#app', swap: 'innerHTML' }); };

  async function piece(url) {
    if (!token) return null;
    const answer = await fetch(url, { headers: { 'Snug-Session': token } });
    if (!answer.ok) { isLetIn(answer.status); return null; }
    const template = document.createElement('template');
    template.innerHTML = policy.createHTML(await answer.text());
    return template.content;
  }

  // ---- Beginning and end ----

  async function begin() {
    const ticket = location.hash.match(/^#t=([0-9a-f]{64})$/)?.[1];
    const chat = location.hash.match(/^#chat=(\d+)$/)?.[1];
    if (ticket) {
      history.replaceState(null, '', '/');
      const answer = await fetch('/session', { method: 'POST', body: ticket });
      if (answer.ok) sessionStorage.setItem(KEY, await answer.text());
      else sessionStorage.removeItem(KEY);
    }
    token = sessionStorage.getItem(KEY);
    if (!token) { await isReady; show('closed'); return; }
    const whole = await piece(chat ? `/app?chat=${chat}` : '/app').catch(() => null);
    await isReady;
    if (whole) enter(whole);
  }

  function enter(whole) {
    leave();
    const app = $('#app');
    app.replaceChildren(whole);
    htmx.process(app);
    settle();
    count();
    $('[autofocus]', app)?.focus();
  }

  function show(name) {
    leave();
    $('#app').replaceChildren($(`#${name}`).content.cloneNode(true));
  }

  // Before anything is asked for: what was shown is gone, whatever is answered.
  function empty() {
    leave();
    $('#app').replaceChildren();
  }

  // Nothing of what was shown stays in this page.
  function leave() {
    chat = opener = from = null;
    drafts.clear();
    document.body.classList.remove('jumped');
    document.title = 'Snug';
    for (const place of ['#notice', '#said']) $(place).replaceChildren();
  }

  // ---- A long chat in a small window ----
  // Above and below the rows stand two spacers as high as the missing ones may be. What is on the screen stays where it is while
  // they change: the browser anchors the scrolling.

  const PAGE = 60, MOST_ROWS = 240, MARGIN = 900, TALLEST = 12e6;
  const drafts = new Map();
  let chat = null;

  class Chat {
    constructor(section) {
      this.section = section;
      this.id = section.dataset.chat;
      this.end = Number(section.dataset.last);
      this.unread = section.dataset.unread;
      this.scroll = $('#scroll', section);
      this.rows = $('#rows', section);
      this.above = $('#above', section);
      this.below = $('#below', section);
      this.isBusy = false;
      // Counts what replaces or adds rows; an answer that comes after another one has no place any more.
      this.turn = 0;
      this.read = 0;
      if (!this.scroll) return;
      const mean = this.rows.offsetHeight / Math.max(this.rows.childElementCount, 1);
      this.row = Math.min(mean || 60, TALLEST / Math.max(this.end, 1));
      this.above.style.height = `${(this.first() - 1) * this.row}px`;
      this.below.style.height = `${(this.end - this.last()) * this.row}px`;
      this.scroll.addEventListener('scroll', () => this.soon(), { passive: true });
      this.begin();
    }

    first() { return Number(this.rows.firstElementChild?.dataset.n ?? 1); }
    last() { return Number(this.rows.lastElementChild?.dataset.n ?? 0); }
    isAtEnd() { return this.last() >= this.end; }
    isNearEnd() {
      const { scrollTop, clientHeight, scrollHeight } = this.scroll;
      return this.isAtEnd() && scrollHeight - scrollTop - clientHeight < 120;
    }

    begin() {
      const at = this.section.dataset.at;
      const divider = $('#unread', this.rows);
      if (at) this.point(at);
      else if (divider) this.scroll.scrollTop = offset(divider, this.scroll) - this.scroll.clientHeight / 3;
      else this.toBottom();
      this.tick();
    }

    soon() {
      if (this.frame) return;
      this.frame = requestAnimationFrame(() => { this.frame = 0; this.tick(); });
    }

    tick() {
      $('#to-end').hidden = this.isNearEnd() || this.end === 0;
      this.seen();
      if (this.isBusy) return;
      const top = this.scroll.scrollTop, height = this.scroll.clientHeight, bottom = top + height;
      const begin = size(this.above), end = begin + this.rows.offsetHeight;
      if (bottom < begin - height || top > end + height) this.land(top);
      else if (top < begin + MARGIN && this.first() > 1) this.fetch(`before=${this.first()}`, rows => this.prepend(rows));
      else if (bottom > end - MARGIN && !this.isAtEnd()) this.fetch(`from=${this.last() + 1}`, rows => this.append(rows));
    }

    // The scroll bar was pulled to where nothing is loaded.
    land(top) {
      const total = this.scroll.scrollHeight;
      const isAbove = top < size(this.above);
      const wanted = isAbove ? top / this.row : this.end - (total - top) / this.row;
      const n = Math.max(1, Math.min(this.end, Math.round(wanted)));
      this.fetch(`from=${Math.max(1, n - PAGE / 4)}`, rows => {
        this.rows.replaceChildren(rows);
        const row = $(`#m${n}`) ?? this.rows.firstElementChild;
        const inside = row ? row.offsetTop - this.rows.offsetTop : 0;
        const here = this.scroll.scrollTop;
        this.measure(this.first() > 1 ? Math.max(here - inside, this.row) : 0, (this.end - this.last()) * this.row);
        this.scroll.scrollTop = size(this.above) + inside;
      });
    }

    async fetch(which, take) {
      this.isBusy = true;
      const turn = ++this.turn;
      const unread = this.unread ? `&unread=${this.unread}` : '';
      const rows = await piece(`/chat/${this.id}/rows?${which}&count=${PAGE}${unread}`).catch(() => null);
      if (chat !== this || turn !== this.turn) return;
      if (rows?.childElementCount) {
        take(rows);
        for (const asking of this.rows.querySelectorAll('[hx-get]:not([data-htmx-powered])')) htmx.process(asking);
      }
      this.isBusy = false;
      if (rows?.childElementCount) this.soon();
    }

    prepend(rows) {
      const before = this.rows.offsetHeight;
      this.rows.prepend(rows);
      const grown = this.rows.offsetHeight - before;
      this.measure(this.first() > 1 ? Math.max(size(this.above) - grown, this.row) : 0, size(this.below));
      this.trimEnd();
    }

    append(rows) {
      const before = this.rows.offsetHeight;
      this.rows.append(rows);
      const grown = this.rows.offsetHeight - before;
      this.measure(size(this.above), this.isAtEnd() ? 0 : Math.max(size(this.below) - grown, this.row));
      this.trimStart();
    }

    trimEnd() {
      const before = this.rows.offsetHeight;
      while (this.rows.childElementCount > MOST_ROWS) this.rows.lastElementChild.remove();
      this.measure(size(this.above), size(this.below) + before - this.rows.offsetHeight);
    }

    trimStart() {
      const before = this.rows.offsetHeight;
      while (this.rows.childElementCount > MOST_ROWS) this.rows.firstElementChild.remove();
      this.measure(size(this.above) + before - this.rows.offsetHeight, size(this.below));
    }

    measure(above, below) {
      this.above.style.height = `${above}px`;
      this.below.style.height = `${below}px`;
    }

    toBottom() { this.scroll.scrollTop = this.scroll.scrollHeight; }

    async to(n) {
      if ($(`#m${n}`)) { this.point(n); return; }
      await this.fetch(`from=${Math.max(1, n - PAGE / 2)}`, rows => {
        this.rows.replaceChildren(rows);
        this.measure((this.first() - 1) * this.row, (this.end - this.last()) * this.row);
        this.point(n);
      });
    }

    point(n) {
      const row = $(`#m${n}`);
      if (!row) return;
      row.scrollIntoView({ block: 'center' });
      const message = $('article', row);
      message?.focus({ preventScroll: true });
      row.classList.add('pointed');
      setTimeout(() => row.classList.remove('pointed'), 2400);
    }

    // What stands on the screen of a window that somebody looks at was read.
    seen() {
      if (!document.hasFocus()) return;
      const end = this.scroll.getBoundingClientRect().bottom + 8;
      let row = this.rows.lastElementChild;
      while (row && row.getBoundingClientRect().bottom > end) row = row.previousElementSibling;
      const n = Number(row?.dataset.n ?? 0);
      if (n <= this.read) return;
      this.read = n;
      clearTimeout(this.telling);
      this.telling = setTimeout(() => {
        if (chat === this) ask('POST', `/chat/${this.id}/read`, 'read', { values: { up_to: this.read } });
      }, 300);
    }

    waiting() {
      return [...this.rows.querySelectorAll('[data-waits]')].slice(-64).map(row => row.dataset.n).join();
    }

    // After new rows came.
    took(wasNear, wasLast) {
      this.end = Math.max(this.end, Number($('#to-end [data-last]')?.dataset.last ?? 0));
      const news = [...this.rows.children].filter(row => Number(row.dataset.n) > wasLast);
      const others = news.map(row => $('article:not(.mine)', row)?.dataset.author).filter(Boolean);
      if (others.length) $('#said').textContent = others.join(', ');
      if (!this.isAtEnd()) this.measure(size(this.above), (this.end - this.last()) * this.row);
      if (wasNear || news.some(row => $('.mine', row))) { this.trimStart(); this.toBottom(); }
      this.tick();
    }
  }

  const size = element => Number.parseFloat(element.style.height) || 0;
  const offset = (element, within) =>
    element.getBoundingClientRect().top - within.getBoundingClientRect().top + within.scrollTop;

  // ---- What is new ----

  let isAsking = false, isMore = false, asked = 0;

  async function news() {
    isMore = true;
    if (isAsking) return;
    isAsking = true;
    try {
      while (isMore && $('#room')) {
        isMore = false;
        await take(chat);
      }
    } finally {
      isAsking = false;
    }
  }

  async function take(now) {
    const wasNear = now?.scroll && now.isNearEnd(), wasLast = now?.scroll ? now.last() : 0;
    await ask('GET', `/news?${known(now)}`, 'news').catch(() => {});
    if (now?.scroll && now === chat) now.took(wasNear, wasLast);
    count();
  }

  // New rows go behind those that they follow, or nowhere: they are fetched when somebody comes to them.
  function fits(task) {
    if (task.target?.id !== 'rows' || !chat?.scroll) return true;
    const first = Number($('li[data-n]', task.fragment)?.dataset.n);
    return !first || (first > chat.last() && chat.last() === asked);
  }

  function known(now) {
    const known = new URLSearchParams();
    if (now) known.set('chat', now.id);
    if (now?.scroll) {
      asked = now.last();
      if (now.isAtEnd()) known.set('after', asked);
      const waiting = now.waiting();
      if (waiting) known.set('waiting', waiting);
      if (now.unread) known.set('unread', now.unread);
    }
    return known;
  }

  // The number of unread messages, and nothing else, stands in the title.
  function count() {
    const unread = [...document.querySelectorAll('#chats [data-unread]')];
    const all = unread.reduce((sum, line) => sum + Number(line.dataset.unread), 0);
    document.title = all ? `(${all}) Snug` : 'Snug';
  }

  // ---- Pieces that were put in ----

  function settle() {
    for (const closer of document.querySelectorAll('[data-close-now]')) close(closer.dataset.closeNow);
    const section = $('#chat');
    if (!section) { chat = null; mark(null); return; }
    mark(section.dataset.chat);
    if (chat?.section === section) return;
    if (chat) { turnAway(); }
    chat = new Chat(section);
    history.replaceState(null, '', `#chat=${chat.id}`);
    const text = $('#text');
    if (text) {
      restore(drafts.get(chat.id));
      if (!matchMedia('(max-width: 45rem)').matches && !section.dataset.at) text.focus();
    }
  }

  // What stands beside a chat is about that chat.
  function turnAway() {
    opener = from = null;
    document.body.classList.remove('jumped');
    const panel = $('#panel');
    if (panel && !$('[data-close-now]', panel)) panel.replaceChildren();
  }

  function mark(id) {
    for (const line of document.querySelectorAll('.chat-line')) {
      if (line.dataset.chat === id) line.setAttribute('aria-current', 'true');
      else line.removeAttribute('aria-current');
    }
  }

  function close(what) {
    if (what === 'panel') {
      $('#panel')?.replaceChildren();
      if (opener?.isConnected) opener.focus();
      else $('#text')?.focus();
      opener = null;
    } else if (what === 'main') {
      const before = $('.chat-line[aria-current]');
      history.replaceState(null, '', '/');
      ask('GET', '/home', 'app', { target: '#main', swap: 'innerHTML' }).then(() => before?.focus());
    }
  }

  let opener = null;

  document.addEventListener('htmx:before:request', event => {
    const { ctx } = event.detail;
    if (ctx.target?.id === 'panel' && !$('#panel').contains(ctx.sourceElement)) opener = ctx.sourceElement;
    if (ctx.target?.id === 'main') wanted = ctx;
    if (ctx.request.action === '/lock') empty();
    if (!ctx.sourceElement.id?.startsWith('ask-')) $('#notice').replaceChildren();
  });

  // Of two that were asked for the middle, the later one is meant. What a closed panel asked for is not shown any more.
  let wanted = null;
  const isMeant = ctx =>
    (ctx.target?.id !== 'main' || ctx === wanted) && (ctx.target?.id !== 'panel' || ctx.sourceElement.isConnected);

  // Heights that were set here would be carried over to the next chat as attributes, which the policy refuses.
  document.addEventListener('htmx:before:swap', event => {
    const { ctx, tasks } = event.detail;
    if (!isMeant(ctx)) { event.preventDefault(); return; }
    tasks.splice(0, tasks.length, ...tasks.filter(fits));
    const places = tasks.map(task => task.target?.id);
    if (!places.includes('main') && !places.includes('app')) return;
    for (const sized of document.querySelectorAll('#above, #below, #text')) {
      // Chromium writes the attribute late: one that was not read is not taken away.
      sized.getAttribute('style');
      sized.removeAttribute('style');
    }
  });

  document.addEventListener('htmx:after:swap', event => {
    const { ctx } = event.detail;
    settle();
    count();
    if (ctx.swap === 'none') return;
    const target = ctx.target;
    const wanted = target?.querySelector?.('[autofocus]');
    if (wanted) wanted.focus();
    else if (target?.id === 'panel' && target.firstElementChild) target.focus({ preventScroll: true });
    if (target?.id === 'main' && !$('#text') && !$('#chat')?.dataset.at) $('#scroll')?.focus({ preventScroll: true });
  });

  // What is sent leaves the field at once, so that what is typed next is not lost; what was not kept comes back.
  document.addEventListener('htmx:config:request', event => {
    const { ctx } = event.detail;
    if (ctx.sourceElement.id === 'own-say' && ctx.sourceElement.say.value === 'confidential'
      && !confirm(ctx.sourceElement.dataset.sure)) {
      event.preventDefault();
      $('#pill').click();
    }
    if (ctx.sourceElement.id !== 'composer') return;
    const form = ctx.sourceElement;
    if (!form.text.value.trim()) { event.preventDefault(); return; }
    ctx.written = { chat: chat.id, text: form.text.value, never_ai: form.never_ai.checked, reply_to: form.reply_to.value };
    drafts.delete(chat.id);
    restore(undefined);
  });

  document.addEventListener('htmx:finally:request', event => {
    const { written, response } = event.detail.ctx;
    if (!written) return;
    if (response?.status === 200) {
      if (chat?.scroll && chat.id === written.chat && !chat.isAtEnd()) chat.to(chat.end + 1);
      news();
      return;
    }
    const since = drafts.get(written.chat);
    const back = { ...written, text: since?.text ? `${written.text}\n${since.text}` : written.text };
    drafts.set(written.chat, back);
    if (chat?.id === written.chat) restore(back);
    if (response?.status !== 423) notice('not-sent');
  });

  document.addEventListener('snug:news', () => news());
  document.addEventListener('snug:locked', () => load('/app'));
  document.addEventListener('snug:gone', () => show('gone'));

  // The program ended, or does not answer any more: nothing stays on the screen.
  let failures = 0;
  document.addEventListener('htmx:sse:error', event => {
    if (event.detail.status === 401) show('closed');
    else if ($('#room') && ++failures >= 4) show('gone');
  });
  document.addEventListener('htmx:sse:after:connection', () => { failures = 0; });

  // ---- Writing ----

  function grow(text) {
    text.style.height = 'auto';
    text.style.height = `${Math.min(text.scrollHeight + 2, 220)}px`;
  }

  // Shows what is answered; where its row is not on the page, its number.
  function showAnswered(form) {
    const n = form.reply_to.value, bar = $('#answering', form), row = n ? $(`#m${n}`) : null;
    bar.hidden = !n;
    $('.what', bar).textContent = row
      ? `${$('article', row).dataset.author}: ${[...$('.words', row).textContent].slice(0, 120).join('')}` : n && `[${n}]`;
  }

  function answer(n) {
    const form = $('form#composer');
    if (!form) return;
    form.reply_to.value = n || '';
    showAnswered(form);
    remember(form);
    if (n) $('#text').focus();
  }

  function remember({ text, never_ai, reply_to }) {
    if (chat) drafts.set(chat.id, { text: text.value, never_ai: never_ai.checked, reply_to: reply_to.value });
  }

  function restore(draft) {
    const form = $('form#composer');
    form.text.value = draft?.text ?? '';
    form.never_ai.checked = draft?.never_ai ?? false;
    form.reply_to.value = draft?.reply_to ?? '';
    showAnswered(form);
    grow(form.text);
  }

  document.addEventListener('input', event => {
    const form = event.target.closest('form#composer');
    if (!form) return;
    if (event.target.id === 'text') grow(event.target);
    remember(form);
  });

  document.addEventListener('click', event => {
    const at = selector => event.target.closest(selector);
    let found;
    if ((found = at('[data-link]'))) { event.preventDefault(); copyLink(found); }
    else if ((found = at('[data-close]'))) close(found.dataset.close);
    else if ((found = at('[data-reply]'))) answer(Number(found.dataset.reply));
    else if ((found = at('[data-jump]'))) jump(found);
    else if (at('#to-end')) toEnd();
    else if (at('#back-to-panel')) back();
    else if ((found = at('[data-open]'))) $(`#${found.dataset.open}`).showModal();
    else if ((found = at('[data-copy]'))) copy(found);
  });

  // The window's browser finds no other host: a link is for another one.
  async function copyLink(link) {
    await navigator.clipboard.writeText(link.href);
    notice('link-copied');
    const mine = $('#notice').firstElementChild;
    setTimeout(() => mine.remove(), 4000);
  }

  async function copy(button) {
    await navigator.clipboard.writeText($(`#${button.dataset.copy}`).value);
    button.textContent = button.dataset.done;
  }

  async function toEnd() {
    if (!chat?.scroll) return;
    if (!chat.isAtEnd()) await chat.to(chat.end);
    chat.toBottom();
    $('#text')?.focus();
  }

  // ---- From a line of the panel to its message, and back ----

  let from = null;

  function jump(line) {
    if (!chat?.scroll) return;
    if (line.closest('#panel')) {
      from = line;
      document.body.classList.add('jumped');
      $('#back-to-panel').hidden = false;
    }
    chat.to(Number(line.dataset.jump));
  }

  function back() {
    document.body.classList.remove('jumped');
    $('#back-to-panel').hidden = true;
    if (from?.isConnected) from.focus();
    from = null;
  }

  // ---- Keys ----

  function step(to) {
    const lines = [...document.querySelectorAll('.chat-line')];
    const at = lines.findIndex(line => line.hasAttribute('aria-current'));
    const next = lines[at < 0 ? 0 : (at + to + lines.length) % lines.length];
    next?.click();
  }

  function walk(to) {
    const messages = [...document.querySelectorAll('#rows article')];
    const at = messages.indexOf(document.activeElement.closest('article'));
    const next = at < 0 ? messages.at(-1) : messages[Math.max(0, Math.min(messages.length - 1, at + to))];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  }

  function inMessages(key) {
    const message = document.activeElement.closest('article');
    switch (key) {
      case 'ArrowDown': walk(1); return true;
      case 'ArrowUp': walk(-1); return true;
      case 'Home': chat.to(1); return true;
      case 'End': toEnd(); return true;
      case 'r': if (message) answer(Number(message.closest('li').dataset.n)); return Boolean(message);
      case 'c': $('[data-catchup]')?.click(); return true;
      case '?': $('#keys').showModal(); return true;
      default: return false;
    }
  }

  function escape() {
    if (document.body.classList.contains('jumped')) back();
    else if ($('#panel')?.firstElementChild) close('panel');
    else if ($('#search')?.value) { $('#search').value = ''; $('#results').replaceChildren(); }
    else if (chat) close('main');
  }

  document.addEventListener('keydown', event => {
    const { key, target } = event;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    let isDone = true;
    if ($('#room') && event.altKey && event.code === 'KeyL') { event.preventDefault(); $('#keys').close(); $('#lock-now').click(); return; }
    if (!$('#room') || $('#keys').open || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyK') { $('#search').focus(); $('#search').select(); }
    else if (event.altKey && key === 'ArrowDown') step(1);
    else if (event.altKey && key === 'ArrowUp') step(-1);
    else if (isPlain && key === 'Escape') escape();
    else if (isPlain && target.id === 'text' && key === 'Enter' && !event.shiftKey) $('form#composer').requestSubmit();
    else if (isPlain && target.id === 'text' && key === 'ArrowUp' && !target.value) walk(0);
    else if (isPlain && chat?.scroll && target.closest('#scroll') && !target.closest('input, textarea')) isDone = inMessages(key);
    else isDone = false;
    if (isDone) event.preventDefault();
  });

  // ---- A person is here ----

  let told = 0;
  for (const sign of ['pointerdown', 'keydown', 'wheel']) {
    document.addEventListener(sign, () => {
      if (!$('#room') || Date.now() - told < 5000) return;
      told = Date.now();
      ask('POST', '/alive', 'alive').catch(() => {});
    }, { passive: true, capture: true });
  }
  addEventListener('focus', () => chat?.scroll && chat.tick());

  const isReady = new Promise(done => {
    const ready = () => { register(); done(); };
    if (window.htmx) ready();
    else document.addEventListener('DOMContentLoaded', ready);
  });
  begin();
  // A new link that is opened where this page stands changes the fragment alone; so does another chat that is typed.
  addEventListener('hashchange', () => {
    const wanted = location.hash.match(/^#chat=(\d+)$/)?.[1];
    if (location.hash.startsWith('#t=') || (wanted && wanted !== chat?.id)) begin();
  });
})();
