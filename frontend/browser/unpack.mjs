// Unpacks the packed parts of the browser into a folder: its program, and libraries it may lack.
import { createReadStream, createWriteStream } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";

const packed = join(dirname(fileURLToPath(import.meta.url)), "node_modules/@sparticuz/chromium/bin");
const target = process.argv[2];
for (const name of ["chromium", "al2023.tar", "swiftshader.tar", "fonts.tar"])
  await pipeline(
    createReadStream(join(packed, `${name}.br`)),
    createBrotliDecompress(),
    createWriteStream(join(target, name), { mode: 0o755 }),
  );
