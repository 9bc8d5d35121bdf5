// The server's door for the page to paint on: what a ticket opens, and what is sent by it.
import { Refused, Unreachable } from "./api.js";

/** What a ticket leads to. `opener` says that the page was opened by the ticket's person, where a messenger can say that. */
export class PaintDoor {
  constructor(ticket, opener = "") {
    Object.assign(this, { ticket, opener });
  }

  /** The picture to paint on and what came of what was sent: the server's `PaintPage`. Throws Refused or Unreachable, as all here. */
  page = () => this.ask("");

  /** The bytes of an address of the page. */
  bytes = async (address) => (await this.answer(address)).blob();

  /** Send a mask or marks (`{mask}` or `{markup}`, a Blob), words and options; a second time it answers with what became of the first. */
  send(where, words, options) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ change: words, ...options })) if (value) body.append(name, value);
    for (const [name, file] of Object.entries(where)) body.append(name, file, `${name}.png`);
    return this.ask("", { method: "POST", body });
  }

  /** A ticket for the picture that was made. */
  again = () => this.ask("/again", { method: "POST" });

  /** Tell what a messenger told of who opened the page. */
  async open(told) {
    const body = JSON.stringify({ told });
    this.opener = (await this.ask("/open", { method: "POST", body, headers: { "Content-Type": "application/json" } })).opener;
  }

  ask = async (path, options) => (await this.answer(`/api/paint/${encodeURIComponent(this.ticket)}${path}`, options)).json();

  async answer(address, { headers = {}, ...options } = {}) {
    let response;
    try {
      const known = this.opener ? { "X-Fabula-Opener": this.opener } : {};
      response = await fetch(address, { credentials: "same-origin", headers: { ...headers, ...known }, ...options });
    } catch (trouble) {
      throw new Unreachable(String(trouble));
    }
    if (response.ok) return response;
    const told = await response.json().catch(() => ({}));
    throw new Refused(response.status, told.code ?? "", told.text ?? "");
  }
}
