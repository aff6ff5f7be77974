// Why something was not taken, where what stands between us and the desk (a proxy, a firewall) has said so.
export function stopped(words, status, tooLarge = words.tooLarge) {
  if (status === 413) return tooLarge;
  return status >= 500 || status === 429 ? words.offline : words.stopped.replace("%s", status);
}
