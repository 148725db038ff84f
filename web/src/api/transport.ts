import { getOption, hasOption, type DescMethod } from "@bufbuild/protobuf";
import type { Interceptor, Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { audience, Audience } from "../gen/parley/options/v1/options_pb.js";
import { toFailure } from "./failure.js";

/** Unary calls answer within this or fail visibly; streams set their own deadline. */
export const UNARY_TIMEOUT_MS = 15_000;

/** Where calls get their token from. */
export interface TokenSource {
  /** A token that is good now, refreshed first if it is about to expire. Rejects with a Failure if there is none. */
  accessToken(): Promise<string>;
  /** A token other than `rejected`, which the server refused. Rejects with a Failure if there is none. */
  replaceToken(rejected: string): Promise<string>;
}

export function createTransport(tokens: TokenSource, baseUrl: string): Transport {
  return createGrpcWebTransport({
    baseUrl,
    defaultTimeoutMs: UNARY_TIMEOUT_MS,
    interceptors: [authorize(tokens)],
  });
}

/** Adds the token, as the contract's audience option asks, and renews it once if the server says that it has expired. */
export function authorize(tokens: TokenSource): Interceptor {
  return (next) => async (request) => {
    if (isPublic(request.method)) return next(request);
    const token = await tokens.accessToken();
    request.header.set("authorization", `Bearer ${token}`);
    try {
      return await next(request);
    } catch (error) {
      // The message of a stream can be read only once: its caller opens it again (see watch.ts).
      if (request.stream || toFailure(error).kind !== "signed_out") throw error;
      request.header.set("authorization", `Bearer ${await tokens.replaceToken(token)}`);
      return next(request);
    }
  };
}

function isPublic(method: DescMethod): boolean {
  return hasOption(method, audience) && getOption(method, audience).includes(Audience.PUBLIC);
}
