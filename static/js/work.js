/* Does the little work a form asks for (data-work: a challenge of ALTCHA's), then sends the form. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-work]");
  const told = document.getElementById("work-told");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

  async function key(asked, counter) {
    const nonce = bytes(asked.nonce), password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const made = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(asked.salt), iterations: asked.cost };
    return hex(await crypto.subtle.deriveBits(how, made, asked.keyLength * 8));
  }

  async function solved(challenge) {
    for (let counter = 0; ; counter++) {
      const derivedKey = await key(challenge.parameters, counter);
      if (derivedKey.startsWith(challenge.parameters.keyPrefix)) return { challenge, solution: { counter, derivedKey } };
    }
  }

  if (!form || !window.crypto || !crypto.subtle) return; /* the page already says what else there is to do */
  told.textContent = told.dataset.working;
  solved(JSON.parse(form.dataset.work)).then((done) => {
    form.elements.work.value = btoa(JSON.stringify(done));
    form.submit();
  });
})();
