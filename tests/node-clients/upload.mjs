// Usage: node upload.mjs ADDRESS MODEL TIMES FILE <KEY
// Sends a file for transcription so often, one after another, by OpenAI's SDK, which reads it as a stream and sends it
// in chunks. Prints a JSON list of the statuses.
import { createReadStream, readFileSync } from "node:fs";
import OpenAI from "openai";

const [address, model, times, file] = process.argv.slice(2);
const apiKey = readFileSync(0, "utf8").trim();
const client = new OpenAI({ baseURL: `${address}/v1`, apiKey, maxRetries: 0 });
const statuses = [];
for (let number = 0; number < Number(times); number++) {
  const { response } = await client.audio.transcriptions
    .create({ model, file: createReadStream(file) })
    .withResponse()
    .catch((error) => ({ response: { status: error.status ?? String(error) } }));
  statuses.push(response.status);
}
console.log(JSON.stringify(statuses));
