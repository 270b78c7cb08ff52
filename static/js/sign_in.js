// Signing in: passkeys (with webauthn-json of allauth, loaded before) and showing the password.

const data = () => JSON.parse(document.getElementById("passkey-data").textContent);

const ceremonies = {
  // Asks the server for a challenge, then the device for an answer to it.
  async login(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return window.webauthnJSON.get((await answer.json()).request_options);
  },
  authenticate: () => window.webauthnJSON.get(data().request_options),
  add(form) {
    const options = structuredClone(data().creation_options);
    const alone = form.elements.passwordless?.checked ?? false;
    const selection = options.publicKey.authenticatorSelection;
    selection.residentKey = alone ? "required" : "discouraged";
    selection.requireResidentKey = alone;
    if (alone) selection.userVerification = "required";
    return window.webauthnJSON.create(options);
  },
};

async function answer(form) {
  const failure = form.querySelector("[data-passkey-error]");
  failure.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(await ceremonies[form.dataset.passkey](form));
    form.submit();
  } catch (error) {
    failure.hidden = false;
    console.warn(error);
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form);
    });
  }
  for (const words of document.querySelectorAll("[data-without-passkeys]")) words.hidden = true;
}

for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}
