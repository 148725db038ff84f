// What the gRPC-web clients that browsers use see of a running gateway: connect-web (binary) and Google's grpc-web (binary
// and text), in node (node.mjs) and in a page of another origin. test_gateway_clients.py says what must be seen.

import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";

const text = new TextDecoder();
const base64 = (value) => Uint8Array.from(atob(value), (letter) => letter.charCodeAt(0));
const violations = (details) => details.flatMap((detail) => detail.fieldViolations.map((violation) => violation.field));

async function outcome(run) {
  const messages = [];
  try {
    await run((message) => messages.push(message));
    return { messages, code: 0 };
  } catch (error) {
    return { messages, ...(error.seen ?? { crash: String(error) }) };
  }
}

const email = (answer) => answer.account.email;
const piece = (answer) => text.decode(answer.data);
const bearer = (value) => ({ authorization: `Bearer ${value}` });
const signIn = { email: "지원자@example.org", password: "correct horse" };
const nobody = { email: "", password: "correct horse" };

// `grpcWeb`: Google's library; `descriptorSet`: bytes; `brokenToken`: whose export breaks after its first piece.
// Returns case → {messages, code, message, fields, trailer}.
export async function seen({ baseUrl, descriptorSet, token, brokenToken, grpcWeb }) {
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet));
  const accounts = registry.getService("parley.session.v1.AccountService");
  const badRequest = registry.getMessage("google.rpc.BadRequest");
  const status = registry.getMessage("google.rpc.Status");

  // connect-web

  const connect = createClient(accounts, createGrpcWebTransport({ baseUrl, useBinaryFormat: true }));

  async function byConnect(call, headers, read) {
    return outcome(async (got) => {
      try {
        const answer = call(connect, { headers });
        if (Symbol.asyncIterator in answer) {
          for await (const message of answer) got(read(message));
        } else {
          got(read(await answer));
        }
      } catch (error) {
        const { code, rawMessage, metadata } = ConnectError.from(error);
        const details = ConnectError.from(error).findDetails(badRequest);
        error.seen = { code, message: rawMessage, fields: violations(details), trailer: metadata.get("x-attempts") };
        throw error;
      }
    });
  }

  // Google's grpc-web, with messages of the same registry

  function byGrpcWeb(format, method, request, metadata, read) {
    const { input, output, methodKind, name } = accounts.method[method];
    const streams = methodKind === "server_streaming";
    const descriptor = new grpcWeb.MethodDescriptor(
      `/${accounts.typeName}/${name}`,
      streams ? grpcWeb.MethodType.SERVER_STREAMING : grpcWeb.MethodType.UNARY,
      Object,
      Object,
      (message) => toBinary(input, message),
      (bytes) => fromBinary(output, bytes),
    );
    const client = new grpcWeb.GrpcWebClientBase({ format });
    const start = streams ? client.serverStreaming : client.rpcCall;
    return outcome(
      (got) =>
        new Promise((resolve, reject) => {
          const fail = (error) => {
            error.seen = seenByGrpcWeb(error);
            reject(error);
          };
          const done = (error, message) => (error ? fail(error) : (got(read(message)), resolve()));
          const call = start.call(
            client,
            `${baseUrl}/${accounts.typeName}/${name}`,
            create(input, request),
            metadata,
            descriptor,
            streams ? undefined : done,
          );
          if (streams) {
            call.on("data", (message) => got(read(message)));
            call.on("error", fail);
            call.on("end", resolve);
          }
        }),
    );
  }

  function seenByGrpcWeb(error) {
    const packed = error.metadata?.["grpc-status-details-bin"];
    const details = packed ? fromBinary(status, base64(packed)).details : [];
    const requests = details.filter((detail) => detail.typeUrl.endsWith(badRequest.typeName));
    const fields = violations(requests.map((detail) => fromBinary(badRequest, detail.value)));
    return { code: error.code, message: error.message, fields, trailer: error.metadata?.["x-attempts"] };
  }

  const cases = {
    "connect unary": () => byConnect((client, options) => client.signIn(signIn, options), {}, email),
    "connect unary error": () => byConnect((client, options) => client.signIn(nobody, options), {}, email),
    "connect stream": () => byConnect((client, options) => client.exportMe({}, options), bearer(token), piece),
    "connect stream error": () => byConnect((client, options) => client.exportMe({}, options), bearer(brokenToken), piece),
  };
  for (const format of ["binary", "text"]) {
    const rpc = (...call) => byGrpcWeb(format, ...call);
    cases[`grpc-web ${format} unary`] = () => rpc("signIn", signIn, {}, email);
    cases[`grpc-web ${format} unary error`] = () => rpc("signIn", nobody, {}, email);
  }
  cases["grpc-web text stream"] = () => byGrpcWeb("text", "exportMe", {}, bearer(token), piece);
  cases["grpc-web text stream error"] = () => byGrpcWeb("text", "exportMe", {}, bearer(brokenToken), piece);

  const answers = {};
  for (const [name, run] of Object.entries(cases)) answers[name] = await run();
  return answers;
}
