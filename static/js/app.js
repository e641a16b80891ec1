/* Small comforts. Every page works without this file: it only saves, guards and points. */
(function () {
  "use strict";

  var SAVE_AFTER_MS = 1200;
  var WAKE_MS = 15000;
  var SOON_MS = 300;
  var SLOW_MS = 8000;

  function each(root, selector, act) {
    Array.prototype.forEach.call(root.querySelectorAll(selector), act);
  }

  /* Good news leaves by itself; a toast that is being read or focused stays. */
  function dismissToasts() {
    each(document, "[data-toast]:not(.toast-error):not(.toast-warning)", function (toast) {
      var stays = parseInt(toast.getAttribute("data-toast"), 10); /* ms; what can be taken back stays for a minute */
      setTimeout(function leave() {
        if (toast.matches(":hover") || toast.contains(document.activeElement)) {
          setTimeout(leave, stays);
        } else if (toast.parentNode) {
          toast.parentNode.removeChild(toast);
        }
      }, stays);
    });
  }

  /* What has to be mended comes first: focus the list, then let its links focus the field. */
  function focusErrors(root) {
    var summary = root.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("[data-error-summary] a");
    var field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!field) return;
    event.preventDefault();
    field.focus();
    var label = field.closest(".field") || field;
    label.scrollIntoView();
  });

  /* One press, one act: the button sleeps after the first submit and wakes when the page is shown again. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    setTimeout(function () {
      /* after the browser has read the pressed button's value into the form data */
      each(form, "button:not([type=button])", function (button) {
        button.disabled = true;
      });
    }, 0);
    setTimeout(wake, WAKE_MS); /* a download leaves the page standing */
  });
  function wake() {
    each(document, "form[data-sent]", function (form) {
      form.removeAttribute("data-sent");
      each(form, "button:not([type=button])", function (button) {
        button.disabled = button.hasAttribute("data-disabled");
      });
    });
  }
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) wake();
  });
  document.addEventListener("htmx:afterRequest", wake);

  /* Drafts: <form data-autosave-url="…"> holding parts/_save_status.html, whose attributes are the words said. */
  var timers = new WeakMap();
  function say(form, what) {
    var status = form.querySelector("[data-autosave-status]");
    if (status) status.textContent = status.getAttribute("data-" + what) || "";
  }
  function save(form) {
    var body = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string") body.append(name, value);
    });
    say(form, "saving");
    fetch(form.getAttribute("data-autosave-url"), {
      method: "POST",
      body: body,
      credentials: "same-origin",
      headers: { "X-Requested-With": "XMLHttpRequest" }
    }).then(function (answer) {
      say(form, answer.ok && !answer.redirected ? "saved" : "failed");
    }, function () {
      say(form, "failed");
    });
  }
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (!form || !form.hasAttribute("data-autosave-url")) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(function () {
      if (!form.hasAttribute("data-sent")) save(form);
    }, SAVE_AFTER_MS));
  });

  /* Controls that only make sense with scripts: [data-script hidden] is shown, [data-print] prints. */
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
  });

  /* 复制链接: [data-copy] names the field; [data-copied] around both has the words. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copy]");
    if (!button) return;
    var field = document.getElementById(button.getAttribute("data-copy")), words = button.closest("[data-copied]");
    var copied = false;
    field.focus();
    field.select();
    try {
      copied = document.execCommand("copy");
    } catch (refused) {
      copied = false;
    }
    words.querySelector("[role=status]").textContent = words.getAttribute(copied ? "data-copied" : "data-not-copied");
  });

  /* WeChat downloads and prints nothing: say where it can be done. */
  if (/MicroMessenger/i.test(navigator.userAgent)) {
    document.addEventListener("click", function (event) {
      var hint = document.querySelector("[data-wechat]");
      if (!hint || !event.target.closest("a[download], [data-file], [data-print]")) return;
      event.preventDefault();
      event.stopPropagation();
      hint.hidden = false;
      hint.querySelector("input").value = location.href;
      var mail = hint.querySelector("[data-mail]"), at = event.target.closest("a[download]") || location;
      if (mail) mail.search = "next=" + encodeURIComponent(at.pathname + at.search);
      hint.querySelector("p").focus();
    }, true);
  }

  /* What a swap brought, read aloud in one sentence: <p data-announce="找到12项">. */
  var announcer = document.createElement("p");
  announcer.className = "visually-hidden";
  announcer.setAttribute("aria-live", "polite");
  document.body.appendChild(announcer);
  function announce(root) {
    var told = root.querySelector("[data-announce]");
    if (!told) return;
    announcer.textContent = ""; /* the same count twice is news twice */
    setTimeout(function () {
      announcer.textContent = told.getAttribute("data-announce");
    }, 100);
  }

  /* The next page is long in coming: said after 0.3 s, and after 8 s with a way to ask once more. */
  var clocks = [];
  function arrived() {
    var box = document.querySelector("[data-waiting]");
    clocks.forEach(clearTimeout);
    if (box) box.hidden = true;
  }
  function wait(again) {
    arrived();
    clocks = [setTimeout(tell, SOON_MS, "loading"), setTimeout(tell, SLOW_MS, "slow", again)];
  }
  function tell(what, again) {
    var box = document.querySelector("[data-waiting]"), button = box.querySelector("button");
    box.hidden = false;
    announcer.textContent = box.querySelector("p").textContent = box.getAttribute("data-" + what);
    button.hidden = !again;
    button.onclick = again;
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.matches("[download], [data-file]") || link.origin !== location.origin) return;
    if (link.href.split("#")[0] === location.href.split("#")[0]) return;
    wait(function () {
      location.assign(link.href);
    });
  });
  document.addEventListener("submit", function (event) {
    if (!event.defaultPrevented) wait(null); /* what was sent once is not sent again from here */
  });
  document.addEventListener("htmx:beforeRequest", function (event) {
    wait(function () {
      location.assign(event.detail.pathInfo.finalRequestPath);
    });
  });
  document.addEventListener("htmx:afterRequest", arrived);
  window.addEventListener("pageshow", arrived);

  document.addEventListener("htmx:afterSwap", function (event) {
    focusErrors(event.target);
    announce(event.target);
  });
  dismissToasts();
  focusErrors(document);
  each(document, "[data-script]", function (control) {
    control.hidden = false;
  });
})();
