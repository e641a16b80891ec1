/* Reports from the site (传照片、报问题) and votes at a meeting (表决): each waits on this phone until the server has it,
   and is kept there once. A report has a key made before it is sent, a vote the key of its voting, so that the last
   choice replaces the one before; it leaves the phone when the server answers 201. A page shows and sends its own scope. */
(function () {
  "use strict";

  var told = document.querySelector("[data-site-queue]");
  var shell = document.querySelector("[data-site-shell]");
  var WHO = "kept:site-who", SITES = "kept:sites", SENT = "site-sent", RETRY_MS = 30000;
  var REFUSED = [400, 403, 404, 409, 413, 415, 422]; /* sending the same again is no help */
  if (!told || !window.indexedDB || !window.fetch || !window.FormData) return; /* plain forms, then */

  var status = told.querySelector("[role=status]"), list = told.querySelector("ul");
  var scope = told.getAttribute("data-scope") || "site";
  var who = told.getAttribute("data-who") || (scope === "site" && stored(WHO)) || "";
  var last = Promise.resolve();

  function stored(key) {
    try {
      return localStorage.getItem(key);
    } catch (refused) {
      return null;
    }
  }
  function store(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch (refused) {
      /* private browsing: the page without a network will not know the sites */
    }
  }
  /* What arrived is said on the page one comes back to. */
  function tellThere(url) {
    try {
      sessionStorage.setItem(SENT, "1");
    } catch (refused) {
      /* private browsing: the list there shows it */
    }
    location.assign(url);
    if (url.split("#")[0] === location.pathname + location.search) location.reload(); /* only the mark differs */
  }
  function wasSent() {
    try {
      var sent = sessionStorage.getItem(SENT);
      sessionStorage.removeItem(SENT);
      return sent;
    } catch (refused) {
      return null;
    }
  }
  function word(name, figure) {
    return told.getAttribute("data-" + name).replace("%s", figure);
  }
  function add(parent, name, words) {
    var made = parent.appendChild(document.createElement(name));
    made.textContent = words || "";
    return made;
  }

  /* --- the store on the phone --- */
  var opened = new Promise(function (done, failed) {
    var asked = indexedDB.open("site-queue", 1);
    asked.onupgradeneeded = function () { asked.result.createObjectStore("reports", { keyPath: "key" }); };
    asked.onsuccess = function () { done(asked.result); };
    asked.onerror = function () { failed(asked.error); };
  });
  function within(mode, act) {
    return opened.then(function (db) {
      return new Promise(function (done, failed) {
        var change = db.transaction("reports", mode), asked = act(change.objectStore("reports"));
        change.oncomplete = function () { done(asked.result); };
        change.onabort = change.onerror = function () { failed(change.error); };
      });
    });
  }
  function waiting() {
    return within("readonly", function (all) { return all.getAll(); }).then(function (all) {
      return all.filter(function (one) { return one.who === who && (one.scope || "site") === scope; }).sort(function (a, b) { return a.at - b.at; });
    });
  }
  function put(one) {
    return within("readwrite", function (all) { return all.put(one); });
  }
  function drop(key) {
    return within("readwrite", function (all) { return all.delete(key); });
  }

  /* --- what waits, in words --- */
  function show(said) {
    return waiting().then(function (all) {
      var photos = all.reduce(function (sum, one) { return sum + one.files.length; }, 0);
      told.hidden = !all.length && !said;
      told.querySelector(".actions").hidden = !all.length;
      status.textContent = [said || "", all.length ? (photos ? word("photos", photos) : word("words", all.length)) : ""]
        .filter(Boolean).join(" · ");
      list.textContent = "";
      all.forEach(line);
      return all;
    });
  }
  function line(one) {
    var row = add(list, "li"), name = word(/^(?:trouble|done)$/.test(one.kind) ? one.kind : "report");
    add(row, "span", one.code + " " + name + (one.files.length ? " " + word("piece", one.files.length) : ""));
    if (!one.refused) return;
    add(row, "br");
    add(row, "span", word("refused") + one.refused);
    var acts = add(row, "p");
    acts.className = "row";
    if (scope === "site") {
      var mend = add(acts, "a", word("mend"));
      mend.className = "button";
      mend.href = one.url;
    }
    button(acts, word("again"), function () {
      one.refused = "";
      put(one).then(drain);
    });
    button(acts, word("drop"), function () {
      drop(one.key).then(function () { return show(); });
    });
  }
  function button(parent, words, act) {
    var made = add(parent, "button", words);
    made.type = "button";
    made.className = "button";
    made.addEventListener("click", act);
  }

  /* --- sending --- */
  /* Of the person signed in now: a page left open for a day may carry an old one. Empty: that person signs in first. */
  function token() {
    return fetch(told.getAttribute("data-at") || "/site/", { credentials: "same-origin" }).then(function (answer) {
      return answer.redirected || !answer.ok ? "" : answer.text();
    }).then(function (html) {
      var body = new DOMParser().parseFromString(html, "text/html").body, theirs = body.querySelector("[data-site-queue]");
      if (!theirs || theirs.getAttribute("data-who") !== who) return "";
      return JSON.parse(body.getAttribute("hx-headers"))["X-CSRFToken"];
    });
  }
  function send(one, csrf) {
    var body = new FormData();
    body.append("csrfmiddlewaretoken", csrf);
    one.fields.forEach(function (pair) { body.append(pair[0], pair[1]); });
    one.files.forEach(function (file) { body.append("photos", file, file.name || "photo.jpg"); });
    return fetch(one.url, {
      method: "POST", body: body, credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" }
    });
  }
  function settle(one, answer) {
    if (answer.status === 201) return drop(one.key).then(function () { return "sent"; });
    if (answer.type === "opaqueredirect" || answer.status === 401) return "sign-in";
    if (REFUSED.indexOf(answer.status) < 0) return "later";
    return answer.json().catch(function () { return {}; }).then(function (told) {
      one.refused = told.error || String(answer.status);
      return put(one);
    }).then(function () { return "refused"; });
  }
  function drainHeld() {
    var outcome = "", csrf = null;
    function signedIn() {
      return csrf === null ? token().then(function (found) { return (csrf = found); }) : csrf;
    }
    function next() {
      return waiting().then(function (all) {
        var one = all.filter(function (each) { return !each.refused; })[0];
        if (!one) return;
        show(word("sending"));
        return Promise.resolve(signedIn()).then(function () {
          return csrf ? send(one, csrf) : { type: "opaqueredirect" };
        }).then(function (answer) {
          return settle(one, answer);
        }).then(function (what) {
          outcome = what;
          return what === "sent" || what === "refused" ? next() : undefined;
        });
      });
    }
    return next().catch(function () { outcome = "later"; }).then(function () {
      return show(outcome === "sent" ? word("sent") : outcome === "sign-in" ? word("sign-in") : "");
    });
  }
  /* One after the other, also from two pages at once: what was put in before asking has been tried when this is done. */
  function drain() {
    if (!who) return Promise.resolve();
    if (navigator.locks) return navigator.locks.request("site-queue", drainHeld);
    return (last = last.then(drainHeld, drainHeld));
  }

  /* --- a form that is filled in --- */
  function attach(form) {
    var input = form.querySelector("input[type=file]"), chosen = [], isVote = scope === "vote";
    var rows = document.createElement("div");
    if (input) input.parentNode.insertBefore(rows, input);
    if (input) input.addEventListener("change", function () {
      var most = Number(input.getAttribute("data-most")) || 6, files = Array.prototype.slice.call(input.files);
      chosen = chosen.concat(files).slice(0, most);
      input.value = "";
      draw();
    });
    function draw() {
      rows.textContent = "";
      chosen.forEach(function (file, at) {
        var row = add(rows, "p"), picture = add(row, "img");
        row.className = "kept-file";
        picture.width = 96;
        picture.height = 72;
        picture.alt = file.name;
        picture.onload = function () { URL.revokeObjectURL(picture.src); };
        picture.onerror = function () { picture.hidden = true; }; /* HEIC: the server makes it anew */
        picture.src = URL.createObjectURL(file);
        var away = add(row, "button", word("remove"));
        add(away, "span", " " + file.name).className = "visually-hidden";
        away.type = "button";
        away.className = "button-plain";
        away.addEventListener("click", function () {
          chosen.splice(at, 1);
          draw();
          input.focus();
        });
      });
    }
    /* What was not taken comes back to be mended, and goes again under its own key. */
    function mend() {
      return waiting().then(function (all) {
        var one = all.filter(function (each) { return each.refused && each.url === location.pathname; })[0];
        if (!one || isVote || !form.elements.key) return;
        form.elements.key.value = one.key;
        one.fields.forEach(function (pair) {
          var field = form.elements[pair[0]];
          if (field && field.type !== "hidden") field.value = pair[1];
        });
        chosen = one.files.slice();
        draw();
      });
    }
    mend();
    form.addEventListener("submit", function (event) {
      var kind = form.getAttribute("data-site-send"), at = /^\/site\/([^/]+)\/(photos|done|trouble)\//.exec(location.pathname);
      var code = form.getAttribute("data-code") || (at && at[1]);
      var key = form.elements.key.value || freshKey();
      var fields = Array.prototype.filter.call(form.elements, function (field) {
        if (/^(?:radio|checkbox)$/.test(field.type) && !field.checked) return false;
        return field.name && !/^(?:file|submit|button)$/.test(field.type) && field.name !== "csrfmiddlewaretoken" && field.name !== "key";
      }).map(function (field) { return [field.name, field.value]; });
      if (!who || !code) return;
      event.preventDefault();
      kind = kind || at[2];
      if (input && input.getAttribute("data-need") && !chosen.length) { /* nothing to wait for: it is said at once */
        told.hidden = false;
        status.textContent = word("refused") + input.getAttribute("data-need");
        told.scrollIntoView();
        input.focus();
        return;
      }
      if (!isVote && kind !== "done" && !chosen.length && !fields.some(function (pair) { return pair[0] !== "place" && pair[0] !== "version" && pair[1]; })) {
        (form.querySelector("textarea") || input).focus();
        if (!shell) form.submit(); /* the server says what is missing */
        return;
      }
      put({
        key: key, who: who, scope: scope, code: code, kind: kind,
        url: isVote ? form.getAttribute("action") : "/site/" + code + "/" + kind + "/",
        fields: fields.concat([["key", key]]), files: chosen, at: Date.now(), refused: ""
      }).then(drain).then(waiting).then(function (all) {
        var one = all.filter(function (each) { return each.key === key; })[0];
        if (one && one.refused) { /* mended here, it goes again under the same key */
          return drop(key).then(function () { return show(word("refused") + one.refused); });
        }
        if (!one && form.getAttribute("data-back")) {
          tellThere(form.getAttribute("data-back"));
          return;
        }
        if (isVote) return; /* the choice stays in sight, its key is its voting's */
        if (kind === "done") { /* which stage comes after this one, the server will say */
          if (form.elements.stage) form.elements.stage.value = "";
          input.removeAttribute("data-need");
          forget(code);
        }
        form.elements.key.value = ""; /* what is written next is another report */
        form.reset();
        chosen = [];
        draw();
      }).then(function () { told.scrollIntoView(); });
    });
  }

  /* --- the page that stands in without a network: it knows the sites this phone has seen --- */
  function sites() {
    try {
      return JSON.parse(stored(SITES) || "[]");
    } catch (broken) {
      return [];
    }
  }
  function remember() {
    var seen = Array.prototype.map.call(document.querySelectorAll("[data-site-code]"), function (site) {
      return ["code", "title", "stage", "next", "need"].reduce(function (known, name) {
        known[name] = site.getAttribute("data-site-" + name) || "";
        return known;
      }, {});
    });
    var others = sites().filter(function (old) {
      return !seen.some(function (site) { return site.code === old.code; });
    });
    if (seen.length) store(SITES, JSON.stringify(seen.concat(others).slice(0, 20)));
  }
  /* Once a stage is reported done the phone knows no longer which is next. */
  function forget(code) {
    store(SITES, JSON.stringify(sites().map(function (site) {
      return site.code === code ? { code: code, title: site.title } : site;
    })));
  }
  function standIn() {
    var at = /^\/site\/([^/]+)\/(?:(photos|done|trouble)\/)?/.exec(location.pathname), known = sites();
    var links = shell.querySelector("[data-site-links]"), code = at && at[1] !== "offline" ? at[1] : "";
    if (!who || !known.length) {
      shell.querySelector("[data-site-unknown]").hidden = false;
      shell.querySelector("[data-site-hint]").hidden = true;
      return;
    }
    var site = known.filter(function (one) { return one.code === code; })[0];
    if (site && at[2]) {
      shell.querySelector("[data-site-card]").hidden = false;
      shell.querySelector("[data-site-name]").textContent = site.title;
      var form = shell.querySelector('[data-site-send="' + at[2] + '"]');
      form.hidden = false;
      if (at[2] === "done") fillDone(form, site);
      return;
    }
    links.hidden = false;
    (site ? [site] : known).forEach(function (one) {
      ["photos", "done", "trouble"].forEach(function (kind) {
        var link = add(links, "a", links.getAttribute("data-" + kind + "-word") + (site ? "" : " " + one.title));
        link.className = "button" + (kind === "photos" ? " button-primary" : "");
        link.href = "/site/" + one.code + "/" + kind + "/";
      });
    });
  }

  function fillDone(form, site) {
    var day = new Date();
    day.setMinutes(day.getMinutes() - day.getTimezoneOffset());
    form.elements.on.value = day.toISOString().slice(0, 10);
    form.elements.stage.value = site.stage || "";
    if (site.need) form.querySelector("input[type=file]").setAttribute("data-need", site.need);
    if (site.next) shell.querySelector("[data-site-name]").textContent = site.title + " · " + site.next;
  }

  if (told.getAttribute("data-who") && scope === "site") store(WHO, who);
  if (shell) standIn();
  else if (scope === "site") remember();
  opened.then(function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-site-send]"), attach);
    told.querySelector(".actions button").addEventListener("click", drain);
    window.addEventListener("online", drain);
    setInterval(drain, RETRY_MS);
    var sent = wasSent();
    return drain().then(function () { return sent && show(word("sent")); });
  }, function () {
    /* the phone keeps nothing (private browsing): the forms are sent as plain ones */
  });
})();
