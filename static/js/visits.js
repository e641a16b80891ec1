/* Visits kept on this phone until they are uploaded (待上传). Each lies under its account, sealed with a key that the
   server gives to that account alone and that goes at sign-out: what is left then opens only when it signs in again. */
(function () {
  "use strict";
  const NOW = "visits-now", KEPT = "visits:", CACHE = "visits-1";
  const WORDS = ["who", "said", "place_text", "area", "visited_on", "key", "version"];
  const box = document.querySelector("[data-visits]");
  if (!box || !window.crypto || !crypto.subtle || !crypto.randomUUID) return; /* the plain form works without */
  let storage;
  try {
    storage = window.localStorage;
    storage.getItem(NOW);
  } catch (refused) {
    return; /* private browsing: nothing can be kept, nothing is promised */
  }
  const forms = Array.from(document.querySelectorAll("form[data-visit]"));
  const told = box.querySelector("[data-visits-told]"), list = box.querySelector("[data-visits-queue]");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const isHere = Boolean(box.dataset.account);
  const owner = isHere ? entered() : JSON.parse(storage.getItem(NOW) || "null");
  let sending = false;

  /* Signed in on a page of the server: who, with which key, for which villages; the page without a network reads it. */
  function entered() {
    const options = forms.length ? Array.from(forms[0].elements.area.options, (o) => [o.value, o.text]) : [];
    const before = JSON.parse(storage.getItem(NOW) || "null");
    const villages = options.length || !before ? options : before.villages;
    const now = { account: box.dataset.account, seal: box.dataset.seal, villages: villages };
    storage.setItem(NOW, JSON.stringify(now));
    return now;
  }

  const stored = () => JSON.parse(storage.getItem(KEPT + owner.account) || "[]");
  const store = (all) => all.length ? storage.setItem(KEPT + owner.account, JSON.stringify(all)) : storage.removeItem(KEPT + owner.account);
  const sealer = () => crypto.subtle.importKey("raw", bytes(owner.seal), "AES-GCM", false, ["encrypt", "decrypt"]);

  async function seal(visit) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(visit));
    return hex(iv) + "." + hex(await crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, await sealer(), text));
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
  async function keep(visit) {
    const sealed = await seal(visit);
    store(stored().filter((item) => item.key !== visit.key).concat([{ key: visit.key, sealed: sealed }]));
  }
  /* Only the wording that was sent goes: one written meanwhile under the same key stays. */
  const drop = (item) => store(stored().filter((other) => other.sealed !== item.sealed));

  function say(words) {
    told.hidden = !words;
    told.textContent = words;
  }
  function waiting() {
    const bar = document.querySelector("[data-visits-waiting]"), many = stored().length;
    if (bar) {
      bar.hidden = !many;
      bar.querySelector("a").textContent = bar.dataset.words.replace("%s", many);
    }
    return many;
  }
  function fill(line, visit) {
    line.querySelectorAll("[data-is]").forEach((place) => {
      const words = place.dataset.is.split(".").reduce((at, name) => (at || {})[name], visit);
      place.textContent = words || "";
      if (place.dataset.is === "error") place.hidden = !words;
    });
  }
  async function show() {
    const lines = [];
    for (const item of stored()) {
      const visit = await opened(item);
      const made = box.querySelector(visit.stands ? "[data-visits-clash]" : "[data-visits-line]").content.cloneNode(true);
      fill(made, visit);
      if (visit.isShut) made.querySelector("[data-act=again]").remove();
      made.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", () => acts[button.dataset.act](item, visit)));
      lines.push(made);
    }
    list.replaceChildren(...lines);
    waiting();
  }
  const acts = {
    drop: async (item) => { drop(item); await show(); },
    theirs: async (item) => { drop(item); await show(); },
    mine: async (item, visit) => {
      await keep(Object.assign({}, visit, { version: String(visit.stands.version), stands: null, error: "" }));
      await send();
    },
    again: async (_item, visit) => {
      const form = forms[forms.length - 1];
      WORDS.forEach((name) => { form.elements[name].value = visit[name] || ""; });
      if (form.closest("details")) form.closest("details").open = true;
      form.elements.who.focus();
    },
  };

  async function answered(visit) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams(WORDS.filter((name) => visit[name]).map((name) => [name, visit[name]]));
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
      const visit = await opened(item);
      if (visit.stands || visit.isShut) continue;
      try {
        const { ok, said } = await answered(visit);
        if (ok && said.key === visit.key) {
          drop(item);
          sent += 1;
        } else if (stored().some((other) => other.sealed === item.sealed)) {
          await keep(Object.assign({}, visit, { stands: said.stands || null, error: said.detail || "" }));
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

  function read(form) {
    const visit = Object.fromEntries(WORDS.map((name) => [name, form.elements[name].value.trim()]));
    visit.key = visit.key || crypto.randomUUID();
    return visit;
  }
  function renew(form) {
    ["who", "said", "place_text", "version"].forEach((name) => { form.elements[name].value = ""; });
    form.elements.key.value = crypto.randomUUID();
  }
  async function written(form) {
    const visit = read(form), isChange = Boolean(visit.version);
    await keep(visit);
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
    const area = form.elements.area;
    if (!area.options.length) owner.villages.forEach((village) => area.add(new Option(village[1], village[0])));
    if (!isHere) form.elements.key.value = crypto.randomUUID();
    form.addEventListener("submit", (event) => {
      const missing = ["who", "said", "place_text"].some((name) => !form.elements[name].value.trim());
      if (missing && navigator.onLine && isHere) return; /* the server says what is missing */
      event.preventDefault();
      if (missing) form.elements[["who", "said", "place_text"].find((name) => !form.elements[name].value.trim())].focus();
      else written(form);
    });
  });
  if (isHere && "caches" in window) {
    const files = Array.from(document.querySelectorAll("link[rel=stylesheet]"), (link) => link.href);
    const script = document.querySelector("script[src*='visits']").src;
    caches.open(CACHE).then((kept) => kept.addAll(files.concat(script)).then(() => fetch(box.dataset.shell, { credentials: "omit" })).then((page) => page.ok && kept.put(box.dataset.shell, page))).catch(() => undefined /* the network went meanwhile: kept at the next look */);
  }
  window.addEventListener("online", send);
  show().then(send);
})();
