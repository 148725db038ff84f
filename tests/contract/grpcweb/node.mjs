// The cases in node. Usage: node node.mjs BASE_URL DESCRIPTOR_SET TOKEN TOKEN_WHOSE_EXPORT_BREAKS

import { readFileSync } from "node:fs";
import xhr2 from "xhr2";

globalThis.XMLHttpRequest = xhr2.XMLHttpRequest; // before grpc-web looks for it
const { default: grpcWeb } = await import("grpc-web");
const { seen } = await import("./cases.mjs");

const [baseUrl, descriptorSet, token, brokenToken] = process.argv.slice(2);
const answers = await seen({ baseUrl, descriptorSet: readFileSync(descriptorSet), token, brokenToken, grpcWeb });
process.stdout.write(JSON.stringify(answers));
