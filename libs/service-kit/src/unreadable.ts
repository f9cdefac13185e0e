import type { Socket } from 'node:net';
import { COMMON_PROBLEMS } from './problem';

/** The most that a request's line and headers may have, in bytes. */
export const HEADER_LIMIT = 64 * 1024;

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** The problem of a request that no route could be found for because it cannot be read. */
export const unreadable = (status: 400 | 431): string => {
  const { zh, en } = COMMON_PROBLEMS['bad-request'];
  return JSON.stringify({ type: 'urn:propledger:problem:bad-request', title: `${zh} ${en}`, status });
};

/** Answers what is not HTTP, has too long a head, or does not come to its end in time, and hangs up. */
export const answerUnreadable = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const tooLong = error.code === 'HPE_HEADER_OVERFLOW';
  const body = unreadable(tooLong ? 431 : 400);
  socket.end(
    `HTTP/1.1 ${tooLong ? '431 Request Header Fields Too Large' : '400 Bad Request'}\r\n` +
      `content-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    // Who has taken his time does not get more of it to close his side.
    () => error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.destroy(),
  );
};
