/* The service worker (离线外壳): the pages last seen can be read without a network; nothing private is ever kept.
   The server writes SHELL (files of the shell) and VERSION before this file. */
/* global SHELL, VERSION, OFFLINE, SEALED, SITE */
"use strict";

var SHELL_KEPT = "shell-" + VERSION;
var PAGES_KEPT = "pages-1";
/* SEALED: for each desk page whose notes wait on the phone, where sealed.js keeps the empty page that stands in for it. */
var SEALED_KEPT = Object.keys(SEALED).map(function (path) { return SEALED[path]; });
var MOST_PAGES = 30;
var READABLE = /^\/(?:$|projects\/$|p\/[^/]+\/$|a\/[^/]+\/$|notices\/$|board\/|calendar\/$|help\/$|rules\/$|privacy\/$|accessibility\/$)/;

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(SHELL_KEPT).then(function (kept) {
    return kept.addAll(SHELL.concat(OFFLINE, SITE));
  }).then(function () {
    return self.skipWaiting();
  }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) {
      return name !== SHELL_KEPT && name !== PAGES_KEPT && SEALED_KEPT.indexOf(name) === -1;
    }).map(function (name) {
      return caches.delete(name);
    }));
  }).then(function () {
    return self.clients.claim();
  }));
});

self.addEventListener("fetch", function (event) {
  var request = event.request;
  var url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fromNetworkElseKept(event, request, url));
  } else if (SHELL.indexOf(url.pathname) !== -1 || /^\/(?:static|files)\//.test(url.pathname)) {
    event.respondWith(fromKeptElseNetwork(request, url));
  }
});

function fromNetworkElseKept(event, request, url) {
  return fetch(request).then(function (answer) {
    if (answer.ok && READABLE.test(url.pathname)) event.waitUntil(keepPublic(request, url, answer.clone()));
    return answer;
  }, function () {
    var desk = Object.keys(SEALED).filter(function (path) { return url.pathname.indexOf(path) === 0; })[0];
    return caches.open(desk ? SEALED[desk] : PAGES_KEPT).then(function (pages) {
      return pages.match(desk ? desk + "offline/" : url.href, { ignoreVary: true });
    }).then(function (page) {
      return page || caches.match(/^\/site\//.test(url.pathname) ? SITE : OFFLINE, { ignoreVary: true });
    });
  });
}

/* A page made for one person is not kept: the same page as everybody sees it is fetched without their cookie. */
function keepPublic(request, url, answer) {
  var isPublic = /\bpublic\b/.test(answer.headers.get("Cache-Control") || "");
  var told = isPublic ? Promise.resolve(answer) : fetch(url.href, { credentials: "omit" });
  return told.then(function (page) {
    if (!page.ok || !/\bpublic\b/.test(page.headers.get("Cache-Control") || "")) return;
    return caches.open(PAGES_KEPT).then(function (pages) {
      return pages.put(url.href, page).then(function () {
        return pages.keys();
      }).then(function (known) {
        return Promise.all(known.slice(0, Math.max(0, known.length - MOST_PAGES)).map(function (old) {
          return pages.delete(old, { ignoreVary: true });
        }));
      });
    });
  }, function () {
    /* the network went between the two: the page stays unkept */
  });
}

function fromKeptElseNetwork(request, url) {
  return caches.match(request, { ignoreVary: true }).then(function (kept) {
    if (kept) return kept;
    return fetch(request).then(function (answer) {
      if (!answer.ok || !/\bimmutable\b/.test(answer.headers.get("Cache-Control") || "")) return answer;
      var copy = answer.clone();
      return caches.open(url.pathname.indexOf("/files/") === 0 ? PAGES_KEPT : SHELL_KEPT).then(function (cache) {
        return cache.put(request, copy);
      }).then(function () {
        return answer;
      });
    });
  });
}
