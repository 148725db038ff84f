// Reads the three google.rpc error details that Parley sends. They are decoded by hand because google/rpc is not among
// the generated types; field numbers are those of google/rpc/error_details.proto.

import { BinaryReader } from "@bufbuild/protobuf/wire";

export interface FieldViolation {
  /** Path of the field, for example "settings.role". */
  readonly field: string;
  readonly description: string;
}

export interface ErrorDetails {
  /** UPPER_SNAKE; empty if the server sent none. */
  readonly reason: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  /** Undefined unless the server said when to come back. */
  readonly retryAfterMs: number | undefined;
}

/** A detail as connect-es leaves it when it does not know the type. */
export interface RawDetail {
  readonly type: string;
  readonly value: Uint8Array;
}

/** Reads what it knows; a detail that is damaged or of another type is left out. */
export function readErrorDetails(details: readonly RawDetail[]): ErrorDetails {
  const found: { -readonly [K in keyof ErrorDetails]: ErrorDetails[K] } = {
    reason: "",
    metadata: {},
    violations: [],
    retryAfterMs: undefined,
  };
  for (const { type, value } of details) {
    try {
      if (type === "google.rpc.ErrorInfo") Object.assign(found, readErrorInfo(value));
      else if (type === "google.rpc.BadRequest") found.violations = readBadRequest(value);
      else if (type === "google.rpc.RetryInfo") found.retryAfterMs = readRetryInfo(value);
    } catch {
      // A damaged detail must not hide the error that it came with.
    }
  }
  return found;
}

type FieldHandler = (reader: BinaryReader) => void;

/** Walks over one message; fields without a handler are skipped. */
function readMessage(bytes: Uint8Array, handlers: Readonly<Record<number, FieldHandler>>): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const handler = handlers[field];
    if (handler) handler(reader);
    else reader.skip(wireType, field);
  }
}

function readErrorInfo(bytes: Uint8Array): { reason: string; metadata: Record<string, string> } {
  const info = { reason: "", metadata: {} as Record<string, string> };
  readMessage(bytes, {
    1: (reader) => (info.reason = reader.string()),
    3: (reader) => {
      let key = "";
      let value = "";
      readMessage(reader.bytes(), { 1: (entry) => (key = entry.string()), 2: (entry) => (value = entry.string()) });
      info.metadata[key] = value;
    },
  });
  return info;
}

function readBadRequest(bytes: Uint8Array): FieldViolation[] {
  const violations: FieldViolation[] = [];
  readMessage(bytes, {
    1: (reader) => {
      let field = "";
      let description = "";
      readMessage(reader.bytes(), {
        1: (entry) => (field = entry.string()),
        2: (entry) => (description = entry.string()),
      });
      violations.push({ field, description });
    },
  });
  return violations;
}

function readRetryInfo(bytes: Uint8Array): number | undefined {
  let delay: number | undefined;
  readMessage(bytes, {
    1: (reader) => {
      let seconds = 0;
      let nanos = 0;
      readMessage(reader.bytes(), {
        1: (entry) => (seconds = Number(entry.int64())),
        2: (entry) => (nanos = entry.int32()),
      });
      delay = seconds * 1000 + nanos / 1e6;
    },
  });
  return delay;
}
