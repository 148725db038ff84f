import { createClient, type Client, type Transport } from "@connectrpc/connect";
import { MediaService } from "../gen/parley/media/v1/media_service_pb.js";
import { AccountService } from "../gen/parley/session/v1/account_service_pb.js";
import { ConsentService } from "../gen/parley/session/v1/consent_service_pb.js";
import { InterviewService } from "../gen/parley/session/v1/interview_service_pb.js";

export interface Clients {
  readonly account: Client<typeof AccountService>;
  readonly consent: Client<typeof ConsentService>;
  readonly interview: Client<typeof InterviewService>;
  readonly media: Client<typeof MediaService>;
}

export function createClients(transport: Transport): Clients {
  return {
    account: createClient(AccountService, transport),
    consent: createClient(ConsentService, transport),
    interview: createClient(InterviewService, transport),
    media: createClient(MediaService, transport),
  };
}

/** An id for one intent of the user's; the same id again on a retry makes the call idempotent. */
export function newRequestId(): string {
  return crypto.randomUUID();
}
