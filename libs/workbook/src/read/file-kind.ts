const OLE2 = Buffer.from('d0cf11e0a1b11ae1', 'hex');

/** What a file's first eight bytes say: a zip archive, the container of old and of encrypted workbooks, or anything else. */
export const kindOf = (head: Buffer): 'zip' | 'ole2' | 'other' => {
  if (head.length >= 4 && head.readUInt32LE(0) === 0x04034b50) return 'zip';
  return head.subarray(0, OLE2.length).equals(OLE2) ? 'ole2' : 'other';
};
