import { writeFileSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { EXIT } from './exit-codes';
import { Failure } from './failure';

const BUFFERED = 1 << 20;

const cannotWrite = (error: unknown): never => {
  throw new Failure(EXIT.usage, `文件无法写入 cannot write the file: ${(error as Error).message}`);
};

/** Writes a file that is there whole already. @throws Failure when it can't be written. */
export const writeBytes = (path: string, bytes: Uint8Array): void => {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    cannotWrite(error);
  }
};

/** A file that is written piece by piece, and is there under its name only when it is whole. */
export class FileWriter {
  private pending: string[] = [];
  private length = 0;

  private constructor(private readonly file: FileHandle) {}

  /** Writes what `work` gives it. When the work throws, nothing is left. @throws Failure when it can't be written. */
  static async write<R>(path: string, work: (writer: FileWriter) => Promise<R>): Promise<R> {
    const part = `${path}.part`;
    const file = await open(part, 'w').catch(cannotWrite);
    const writer = new FileWriter(file);
    try {
      const result = await work(writer);
      await writer.flush();
      await file.sync();
      await file.close();
      await rename(part, path);
      return result;
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(part, { force: true });
      throw error;
    }
  }

  async add(text: string): Promise<void> {
    this.pending.push(text);
    this.length += text.length;
    if (this.length >= BUFFERED) await this.flush();
  }

  private async flush(): Promise<void> {
    const text = this.pending.join('');
    [this.pending, this.length] = [[], 0];
    await this.file.writeFile(text);
  }
}
