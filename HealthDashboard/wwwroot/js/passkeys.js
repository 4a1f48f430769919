// Passkeys: making one on one's account page, and signing in with one.
const post = (path, body) => fetch(`/api/session/${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) });

function say(near, words) {
  const error = near.querySelector("[data-passkey-error]");
  error.textContent = words;
  error.hidden = false;
}

async function send(path, near, options, body) {
  try {
    const asked = await post(`${path}/options`);
    if (!asked.ok) throw new Error("The server does not answer. Try again.");
    const { options: asks, state } = await asked.json();
    const credential = await options(asks);
    const answer = await post(path, { state, credential: JSON.stringify(credential.toJSON()), ...body });
    if (answer.ok) return true;
    throw new Error((await answer.json()).detail);
  } catch (error) {
    say(near, error.name === "NotAllowedError" ? "The device did not answer, or was not asked to." : error.message);
    return false;
  }
}

export async function addPasskey(form) {
  const [name, password] = form.querySelectorAll("input");
  const create = asks => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asks) });
  if (await send("passkeys", form, create, { name: name.value, password: password.value })) location.assign("/account?done=passkey");
}

export async function signInByPasskey(button) {
  const get = asks => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asks) });
  if (await send("passkey", button.parentElement, get)) location.assign(new URL(button.dataset.return, document.baseURI).origin === location.origin ? button.dataset.return : "/");
}
