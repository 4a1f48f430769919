// What a script does in the name of whoever is signed in, over the API.

export const refused = "Not done: the server refused it or did not answer. Try again.";

/** Posts the same body to each address, all at once. True when every one was carried out. */
export async function post(addresses, body) {
  const request = address => fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const answers = await Promise.all(addresses.map(request)).catch(() => []);
  return answers.length > 0 && answers.every(answer => answer.ok);
}
