// The page of a link: asks the passkey, and tells what became of it. Served as it is, and nothing else is loaded.
const told = document.getElementById('told');
const buttons = [...document.querySelectorAll('button')];

const tell = (text) => {
  told.textContent = text;
};

async function post(action, body = {}) {
  const response = await fetch(`${location.pathname}/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const said = await response.json();
  if (!response.ok) throw new Error(said.detail ?? said.title);
  return said;
}

async function askPasskey(kind) {
  const options = await post('options');
  if (kind === 'enrol') {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey });
}

const ACTS = {
  prove: async () => post('verify', { response: (await askPasskey('prove')).toJSON() }),
  enrol: async () => post('verify', { response: (await askPasskey('enrol')).toJSON() }),
  deny: () => post('deny'),
  fraud: () => post('deny', { fraud: true }),
};

for (const button of buttons) {
  button.addEventListener('click', async () => {
    for (const each of buttons) each.disabled = true;
    tell('');
    try {
      const { detail } = await ACTS[button.dataset.act]();
      tell(detail);
      for (const each of buttons) each.hidden = true;
    } catch (error) {
      const isCancelled = error.name === 'NotAllowedError' || error.name === 'AbortError';
      tell(isCancelled ? 'Nothing was proven. You can try again.' : error.message);
      for (const each of buttons) each.disabled = false;
    }
  });
}

if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  tell('This browser has no passkeys, or is too old for this page. Please use a newer one.');
  for (const button of buttons.filter(({ dataset }) => dataset.act === 'prove' || dataset.act === 'enrol'))
    button.disabled = true;
}
