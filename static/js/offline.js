/* Without a network: pages seen can be read again, and what was typed stays on this phone (data-keep). */
(function () {
  "use strict";

  var PREFIX = "kept:";

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => undefined /* no network just now: at the next page */);

  function store(act) {
    try {
      return act(window.localStorage);
    } catch (refused) {
      return null; /* private browsing: nothing can be kept, nothing is promised */
    }
  }
  function keyOf(form) {
    return PREFIX + (form.getAttribute("data-keep") || location.pathname);
  }
  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.name !== "csrfmiddlewaretoken" && !/^(?:hidden|file|password|tel|submit|button)$/.test(field.type);
    });
  }
  function typed(form) {
    return fields(form).reduce(function (all, field) {
      if (/^(?:radio|checkbox)$/.test(field.type)) {
        if (field.checked) all.push([field.name, field.value]);
      } else if (field.value) {
        all.push([field.name, field.value]);
      }
      return all;
    }, []);
  }
  function keep(form) {
    return store(function (kept) {
      kept.setItem(keyOf(form), JSON.stringify(typed(form)));
      return true;
    });
  }
  function forget(form) {
    store(function (kept) {
      kept.removeItem(keyOf(form));
    });
  }
  /* Into a form nobody has filled: what the server remembers wins over what this phone remembers. */
  function restore(form) {
    var kept = store(function (all) {
      return JSON.parse(all.getItem(keyOf(form)) || "[]");
    });
    if (!kept || !kept.length || typed(form).length) return;
    fields(form).forEach(function (field) {
      kept.forEach(function (pair) {
        if (pair[0] !== field.name) return;
        if (!/^(?:radio|checkbox)$/.test(field.type)) field.value = pair[1];
        else if (pair[1] === field.value) field.checked = true;
      });
    });
    say(form, "restored");
  }
  /* c-offline-queue inside the form holds the words and the button that sends what was kept. */
  function say(form, what) {
    var told = form.querySelector("[data-kept-words]");
    if (!told) return;
    told.hidden = false;
    told.querySelector("[role=status]").textContent = told.getAttribute("data-" + what);
    told.querySelector("button").hidden = what !== "back";
  }
  function isAway(form) {
    var told = form.querySelector("[data-kept-words]");
    return told && !told.hidden;
  }

  Array.prototype.forEach.call(document.querySelectorAll("form[data-keep]"), function (form) {
    restore(form);
    form.addEventListener("input", function () {
      keep(form);
    });
    form.addEventListener("submit", function (event) {
      if (navigator.onLine) {
        forget(form);
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (keep(form)) say(form, "away");
    }, true);
    window.addEventListener("online", function () {
      if (isAway(form)) say(form, "back");
    });
  });

  /* How much of this account still lies on this phone (待上传), on every page of its desk. */
  Array.prototype.forEach.call(document.querySelectorAll("[data-sealed-waiting]"), function (bar) {
    var waiting = store(function (kept) {
      var of = bar.getAttribute("data-sealed-waiting") + ":" + bar.getAttribute("data-account");
      return JSON.parse(kept.getItem(of) || "[]").length;
    });
    bar.hidden = !waiting;
    bar.firstElementChild.textContent = bar.getAttribute("data-words").replace("%s", waiting);
  });

  /* Whoever signs out leaves nothing behind for the next person with this phone: what was not uploaded stays
     sealed, and the key to it (visits-now, door-now) goes. */
  Array.prototype.forEach.call(document.querySelectorAll("form[data-forgets]"), function (form) {
    form.addEventListener("submit", function () {
      store(function (kept) {
        Object.keys(kept).forEach(function (key) {
          if (key.indexOf(PREFIX) === 0 || /^(?:visits|door)-now$/.test(key)) kept.removeItem(key);
        });
      });
    });
  });

  /* The page that stands in for all others: which pages can be read now. */
  var list = document.querySelector("[data-kept-pages]");
  if (list && "caches" in window) {
    caches.open("pages-1").then(function (pages) {
      return pages.keys().then(function (known) {
        return Promise.all(known.reverse().filter(function (request) {
          return request.url.indexOf("/files/") === -1;
        }).map(function (request) {
          return pages.match(request, { ignoreVary: true }).then(function (page) {
            return page.text();
          }).then(function (html) {
            return { url: request.url, title: new DOMParser().parseFromString(html, "text/html").title || request.url };
          });
        }));
      });
    }).then(function (found) {
      found.forEach(function (page) {
        var item = document.createElement("li");
        var link = document.createElement("a");
        link.href = page.url;
        link.textContent = page.title;
        item.appendChild(link);
        list.appendChild(item);
      });
      list.parentNode.hidden = !found.length;
    });
  }
})();
