import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { AccountService } from "../gen/parley/session/v1/account_service_pb.js";
import { authorize, type TokenSource } from "./transport.js";

class Tokens implements TokenSource {
  replaced: string[] = [];

  accessToken(): Promise<string> {
    return Promise.resolve("old");
  }

  replaceToken(rejected: string): Promise<string> {
    this.replaced.push(rejected);
    return Promise.resolve("new");
  }
}

/** A server that accepts only the token `good`, and notes what it was shown. */
function serverAccepting(good: string, tokens: TokenSource) {
  const shown: (string | null)[] = [];
  const transport = createRouterTransport(
    ({ service }) =>
      service(AccountService, {
        getMe: (_request, { requestHeader }) => {
          shown.push(requestHeader.get("authorization"));
          if (shown.at(-1) !== `Bearer ${good}`) throw new ConnectError("the token has expired", Code.Unauthenticated);
          return { account: { email: "a@b.c" } };
        },
        signIn: (_request, { requestHeader }) => {
          shown.push(requestHeader.get("authorization"));
          return {};
        },
      }),
    { transport: { interceptors: [authorize(tokens)] } },
  );
  return { client: createClient(AccountService, transport), shown };
}

test("RPCs that are open to anyone carry no token", async () => {
  const { client, shown } = serverAccepting("old", new Tokens());
  await client.signIn({ email: "a@b.c", password: "x" });
  expect(shown).toEqual([null]);
});

test("a refused token is replaced once, and the call made again", async () => {
  const tokens = new Tokens();
  const { client, shown } = serverAccepting("new", tokens);
  expect((await client.getMe({})).account?.email).toBe("a@b.c");
  expect(shown).toEqual(["Bearer old", "Bearer new"]);
  expect(tokens.replaced).toEqual(["old"]);
});

test("a token that is refused again is not replaced for ever", async () => {
  const { client, shown } = serverAccepting("another", new Tokens());
  await expect(client.getMe({})).rejects.toThrow("expired");
  expect(shown).toHaveLength(2);
});
