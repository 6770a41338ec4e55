// Calls of the HTTP contract. Whatever goes wrong becomes a Problem with a Chinese sentence for people.

export class Problem extends Error {
  constructor(body, status) {
    super(body.detail);
    this.status = status;
    this.code = body.code;
    this.fields = body.errors ?? [];
    this.current = body.current;
    this.submitted = body.submitted;
  }
}

const OFFLINE = { code: "offline", detail: "没有连上服务器，内容还在页面上。请检查网络后再试一次。" };
const BROKEN = { code: "unreadable", detail: "服务器的回答无法读取，请稍后重试。" };

/**
 * Call the contract.
 * @param {string} method - GET, POST, PUT, PATCH or DELETE.
 * @param {string} path - an address of our own.
 * @param {{body?: object|FormData, etag?: string, signal?: AbortSignal, headers?: object}} options
 * @returns the decoded answer; null where there is none.
 * @throws {Problem}
 */
export async function call(method, path, { body, etag, signal, headers = {} } = {}) {
  const sent = { ...headers };
  if (etag) sent["If-Match"] = etag;
  if (body !== undefined && !(body instanceof FormData)) {
    sent["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, { method, body, headers: sent, signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(OFFLINE, 0);
  }
  const type = answer.headers.get("Content-Type") ?? "";
  let decoded = null;
  try {
    if (answer.status !== 204 && type.includes("json")) decoded = await answer.json();
  } catch {
    throw new Problem(BROKEN, answer.status);
  }
  if (!answer.ok) throw new Problem(decoded ?? BROKEN, answer.status);
  return decoded;
}
