/* What a worker writes at a door, kept on this phone until it is uploaded (待上传): visits, and proposals entered for
   residents. The box says which (data-sealed) and which fields there are. Each lies under its account, sealed with a key
   that the server gives to that account alone and that goes at sign-out: what is left opens only when it signs in again.
   Photos lie beside the words, in the phone's larger store, sealed with the same key; a note says how many it has. */
(function () {
  "use strict";
  const box = document.querySelector("[data-sealed]");
  if (!box || !window.crypto || !crypto.subtle || !window.indexedDB) return; /* the plain form works without */
  const KIND = box.dataset.sealed, NOW = KIND + "-now", KEPT = KIND + ":", CACHE = KIND + "-1";
  const WORDS = box.dataset.words.split(" "), NEEDED = box.dataset.needed.split(" "), CLEARED = box.dataset.cleared.split(" ");
  const HAS_PHOTOS = Boolean(box.dataset.piece);
  let storage;
  try {
    storage = window.localStorage;
    storage.getItem(NOW);
  } catch (refused) {
    return; /* private browsing: nothing can be kept, nothing is promised */
  }
  const forms = Array.from(document.querySelectorAll("form[data-sealed-form]"));
  const told = box.querySelector("[data-sealed-told]"), list = box.querySelector("[data-sealed-queue]");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const isHere = Boolean(box.dataset.account);
  const owner = isHere ? entered() : JSON.parse(storage.getItem(NOW) || "null");
  let sending = false;

  function selects(form) {
    return Array.from(form.elements).filter((field) => field.tagName === "SELECT");
  }
  function offered(field) {
    return Array.from(field.options, (option) => [option.value, option.text]);
  }
  /* Signed in on a page of the server: who, with which key, with what to choose from (villages, categories); the page without a network reads it. */
  function entered() {
    const before = JSON.parse(storage.getItem(NOW) || "{}");
    const lists = forms.length ? Object.fromEntries(selects(forms[0]).map((field) => [field.name, offered(field)])) : before.lists;
    const now = { account: box.dataset.account, seal: box.dataset.seal, lists: lists || {} };
    storage.setItem(NOW, JSON.stringify(now));
    return now;
  }

  const stored = () => JSON.parse(storage.getItem(KEPT + owner.account) || "[]");
  const store = (all) => all.length ? storage.setItem(KEPT + owner.account, JSON.stringify(all)) : storage.removeItem(KEPT + owner.account);
  const sealer = () => crypto.subtle.importKey("raw", bytes(owner.seal), "AES-GCM", false, ["encrypt", "decrypt"]);

  async function seal(note) {
    const { iv, text } = await closed(new TextEncoder().encode(JSON.stringify(note)));
    return hex(iv) + "." + hex(text);
  }
  async function closed(plain) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv: iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, await sealer(), plain) };
  }

  /* The photos of a note, by its account and key. */
  let base = null;
  function within(mode, act) {
    base = base || new Promise((done, failed) => {
      const asked = indexedDB.open("sealed", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("photos");
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    return base.then((db) => new Promise((done, failed) => {
      const change = db.transaction("photos", mode), asked = act(change.objectStore("photos"));
      change.oncomplete = () => done(asked.result);
      change.onabort = change.onerror = () => failed(change.error);
    }));
  }
  const under = (key) => KEPT + owner.account + ":" + key;
  async function keepPhotos(key, files) {
    const sealed = [];
    for (const file of files) {
      sealed.push(Object.assign(await closed(await file.arrayBuffer()), { type: file.type, name: file.name }));
    }
    await within("readwrite", (all) => files.length ? all.put(sealed, under(key)) : all.delete(under(key)));
  }
  async function photosOf(note) {
    if (!note.photos) return [];
    const sealed = await within("readonly", (all) => all.get(under(note.key))) || [], key = await sealer(), files = [];
    for (const one of sealed) {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: one.iv }, key, one.text);
      files.push(new File([plain], one.name, { type: one.type }));
    }
    return files;
  }
  async function opened(item) {
    const [iv, text] = item.sealed.split(".").map(bytes), key = await sealer();
    try {
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: iv }, key, text);
      return JSON.parse(new TextDecoder().decode(plain));
    } catch (otherKey) {
      return { isShut: true, error: box.dataset.shut }; /* the server's keys were changed since: told, and not sent */
    }
  }
  async function keep(note) {
    const sealed = await seal(note);
    store(stored().filter((item) => item.key !== note.key).concat([{ key: note.key, sealed: sealed }]));
  }
  /* Only the wording that was sent goes: one written meanwhile under the same key stays. */
  async function drop(item) {
    store(stored().filter((other) => other.sealed !== item.sealed));
    if (HAS_PHOTOS && !stored().some((other) => other.key === item.key)) await keepPhotos(item.key, []);
  }

  function say(words) {
    told.hidden = !words;
    told.textContent = words;
  }
  function waiting() {
    const bar = document.querySelector("[data-sealed-waiting=" + KIND + "]"), many = stored().length;
    if (bar) {
      bar.hidden = !many;
      bar.querySelector("a").textContent = bar.dataset.words.replace("%s", many);
    }
    return many;
  }
  function fill(line, note) {
    line.querySelectorAll("[data-is]").forEach((place) => {
      const words = place.dataset.is.split(".").reduce((at, name) => (at || {})[name], note);
      place.textContent = words || "";
      if (place.dataset.is === "error") place.hidden = !words;
    });
  }
  async function show() {
    const lines = [];
    for (const item of stored()) {
      const note = await opened(item);
      note.pictured = note.photos ? box.dataset.piece.replace("%s", note.photos) : "";
      const made = box.querySelector(note.stands ? "[data-sealed-clash]" : "[data-sealed-line]").content.cloneNode(true);
      fill(made, note);
      if (note.isShut) made.querySelector("[data-act=again]").remove();
      made.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", () => acts[button.dataset.act](item, note)));
      lines.push(made);
    }
    list.replaceChildren(...lines);
    waiting();
  }
  const acts = {
    drop: async (item) => { await drop(item); await show(); },
    theirs: async (item) => { await drop(item); await show(); },
    apart: async (item, note) => { /* what is filed stays; what lies here becomes one of its own */
      const other = Object.assign({}, note, { key: freshKey(), stands: null, error: "" });
      await keepPhotos(other.key, await photosOf(note));
      await keep(other);
      await drop(item);
      await send();
    },
    mine: async (item, note) => {
      await keep(Object.assign({}, note, { version: String(note.stands.version), stands: null, error: "" }));
      await send();
    },
    again: async (_item, note) => {
      const form = forms[forms.length - 1];
      WORDS.forEach((name) => { form.elements[name].value = note[name] || ""; });
      if (form.elements.photos) choose(form, await photosOf(note));
      if (form.closest("details")) form.closest("details").open = true;
      focus(form, NEEDED[0]);
    },
  };

  async function answered(note) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new FormData(), photos = await photosOf(note);
    if (photos.length !== (note.photos || 0)) return { ok: false, said: { detail: box.dataset.lost } };
    WORDS.filter((name) => note[name]).forEach((name) => body.append(name, note[name]));
    photos.forEach((photo) => body.append("photos", photo));
    const answer = await fetch(box.dataset.post, {
      method: "POST", body: body, credentials: "same-origin", headers: { Accept: "application/json", "X-CSRFToken": token },
    });
    if (!/json/.test(answer.headers.get("Content-Type") || "")) throw new Error("not for us");
    return { ok: answer.ok, said: await answer.json() };
  }
  /* One after another; what is refused stays with the reason, what stands there in other words is shown beside. */
  async function send() {
    if (!isHere || sending) return;
    sending = true;
    let sent = 0, isAway = false;
    for (const item of stored()) {
      const note = await opened(item);
      if (note.stands || note.isShut) continue;
      try {
        const { ok, said } = await answered(note);
        if (ok && said.key === note.key) {
          await drop(item);
          sent += 1;
        } else if (stored().some((other) => other.sealed === item.sealed)) {
          await keep(Object.assign({}, note, { stands: said.stands || null, error: said.detail || "" }));
        }
      } catch (away) {
        isAway = true;
        break;
      }
    }
    sending = false;
    await show();
    if (sent) {
      say(box.dataset.sent.replace("%s", sent));
      if (window.htmx && document.getElementById("rows")) window.htmx.ajax("GET", location.href, "#rows");
    } else if (isAway) {
      say(box.dataset.away);
    }
  }

  function focus(form, name) {
    const field = form.elements[name];
    (field.focus ? field : field[0]).focus(); /* of radios the first */
  }
  /* The photos of a form are those its picker holds: each look through the camera adds to them. */
  const chosen = (form) => form.elements.photos ? Array.from(form.elements.photos.files) : [];
  function choose(form, files) {
    const input = form.elements.photos, most = Number(input.dataset.most), held = new DataTransfer();
    files.slice(0, most).forEach((file) => held.items.add(file));
    input.files = held.files;
    picked.set(form, chosen(form));
    if (files.length > most) say(box.dataset.most.replace("%s", most));
    input.before(rowsOf(input));
    rowsOf(input).replaceChildren(...chosen(form).map((file) => rowOf(form, file)));
  }
  const rows = new Map(), picked = new Map();
  function rowsOf(input) {
    if (!rows.has(input)) rows.set(input, document.createElement("div"));
    return rows.get(input);
  }
  function rowOf(form, file) {
    const row = document.createElement("p"), picture = document.createElement("img"), away = document.createElement("button");
    const named = document.createElement("span");
    row.className = "kept-file";
    Object.assign(picture, { width: 96, height: 72, alt: file.name, src: URL.createObjectURL(file) });
    picture.onload = () => URL.revokeObjectURL(picture.src);
    picture.onerror = () => { picture.hidden = true; }; /* HEIC: the server makes it anew */
    Object.assign(named, { className: "visually-hidden", textContent: " " + file.name });
    Object.assign(away, { type: "button", className: "button-plain", textContent: box.dataset.remove });
    away.append(named);
    away.addEventListener("click", () => {
      choose(form, chosen(form).filter((other) => other !== file));
      form.elements.photos.focus();
    });
    row.append(picture, away);
    return row;
  }
  function gathers(form) {
    form.elements.photos.addEventListener("change", () => choose(form, (picked.get(form) || []).concat(chosen(form))));
  }

  function read(form) {
    const note = Object.fromEntries(WORDS.map((name) => [name, form.elements[name].value.trim()]));
    note.key = note.key || freshKey();
    return note;
  }
  function renew(form) {
    CLEARED.forEach((name) => { form.elements[name].value = ""; });
    if (form.elements.photos) choose(form, []);
    form.elements.key.value = freshKey();
  }
  async function written(form) {
    const note = read(form), isChange = Boolean(note.version), photos = chosen(form);
    if (photos.length) note.photos = photos.length;
    try {
      if (HAS_PHOTOS) await keepPhotos(note.key, photos);
      await keep(note);
    } catch (full) { /* all that was typed and chosen stays in the form */
      say(box.dataset.full);
      return;
    }
    if (!isChange) renew(form);
    await show();
    say(box.dataset.kept);
    await send();
    if (isChange && isHere && !stored().length) location.reload();
  }

  if (!owner) {
    say(box.dataset.noOwner);
    forms.forEach((form) => { form.hidden = true; });
    return;
  }
  forms.forEach((form) => {
    if (form.elements.photos) gathers(form);
    if (!isHere) {
      selects(form).forEach((field) => {
        const kept = (owner.lists || {})[field.name];
        if (kept) field.replaceChildren(...kept.map((one) => new Option(one[1], one[0])));
      });
      form.elements.key.value = freshKey();
    }
    form.addEventListener("submit", (event) => {
      const missing = NEEDED.find((name) => !form.elements[name].value.trim());
      if (missing && navigator.onLine && isHere) return; /* the server says what is missing */
      event.preventDefault();
      if (missing) focus(form, missing);
      else written(form);
    });
  });
  if (isHere && "caches" in window) {
    const files = Array.from(document.querySelectorAll("link[rel=stylesheet]"), (link) => link.href);
    const scripts = Array.from(document.querySelectorAll("script[src*='sealed'], script[src*='fresh-key']"), (script) => script.src);
    caches.open(CACHE).then((kept) => kept.addAll(files.concat(scripts)).then(() => fetch(box.dataset.shell, { credentials: "omit" })).then((page) => page.ok && kept.put(box.dataset.shell, page))).catch(() => undefined /* the network went meanwhile: kept at the next look */);
  }
  window.addEventListener("online", send);
  show().then(send);
})();
