// Messages on the data channel "live": one protobuf message per frame.

import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { LiveCommandSchema, LiveEventSchema, type LiveEvent } from "../gen/parley/media/v1/live_pb.js";

export type Command = NonNullable<MessageInitShape<typeof LiveCommandSchema>["command"]>;

export function encodeCommand(command: Command): Uint8Array<ArrayBuffer> {
  return new Uint8Array(toBinary(LiveCommandSchema, create(LiveCommandSchema, { command })));
}

/** Undefined for what is no LiveEvent: one bad message must not end the conversation. */
export function decodeEvent(data: unknown): LiveEvent | undefined {
  if (!(data instanceof ArrayBuffer)) return undefined;
  try {
    return fromBinary(LiveEventSchema, new Uint8Array(data));
  } catch {
    return undefined;
  }
}
