import type { failures as english } from "../en/failures.js";

export const failures: typeof english = {
  byKind: {
    offline: { what: "서버에 연결할 수 없습니다.", fix: "네트워크 연결을 확인한 뒤 다시 시도해 주세요." },
    unavailable: { what: "지금은 서비스를 이용할 수 없습니다.", fix: "다시 시작하는 중일 수 있습니다. 몇 초 뒤 다시 시도해 주세요." },
    timeout: { what: "응답이 너무 오래 걸렸습니다.", fix: "다시 시도해 주세요. 이미 보낸 내용이 두 번 전송되지는 않습니다." },
    signed_out: { what: "로그아웃된 상태입니다.", fix: "다시 로그인하면 있던 곳에서 이어집니다." },
    denied: { what: "이 계정으로는 할 수 없습니다.", fix: "다른 계정으로 로그인해 주세요." },
    not_found: { what: "찾을 수 없습니다.", fix: "삭제되었을 수 있습니다. 홈으로 돌아가 주세요." },
    invalid: { what: "서버가 보낸 내용을 받아들이지 않았습니다.", fix: "입력한 내용을 확인해 주세요." },
    conflict: { what: "그사이 면접이 다음 단계로 넘어갔습니다.", fix: "화면에는 현재 상태가 표시됩니다." },
    exhausted: { what: "지금은 요청이 너무 많습니다.", fix: "잠시 기다렸다가 다시 시도해 주세요." },
    unimplemented: { what: "이 설치에서는 아직 지원하지 않습니다.", fix: "이 기능 없이 계속해 주세요." },
    cancelled: { what: "취소되었습니다.", fix: "필요하면 다시 시도해 주세요." },
    internal: { what: "서버에서 문제가 생겼습니다.", fix: "다시 시도해 주세요. 계속되면 아래 번호를 알려 주세요." },
  },
  byReason: {
    EMAIL_TAKEN: { what: "이미 가입된 이메일입니다.", fix: "로그인하거나 다른 이메일을 사용해 주세요." },
    WRONG_CREDENTIALS: { what: "이메일과 비밀번호가 맞지 않습니다.", fix: "둘 다 확인하고 다시 시도해 주세요." },
    REFRESH_TOKEN_USED: { what: "이 기기에서 로그아웃되었습니다.", fix: "다시 로그인하면 있던 곳에서 이어집니다." },
    QUESTION_NOT_CURRENT: { what: "면접이 이미 다른 질문으로 넘어갔습니다.", fix: "화면에는 현재 질문이 표시됩니다." },
    SDP_MALFORMED: {
      what: "미디어 서비스가 이 브라우저를 이해하지 못했습니다.",
      fix: "브라우저를 업데이트하거나 답변을 입력해 주세요.",
    },
    STARTING: { what: "서비스를 시작하는 중입니다.", fix: "몇 초 뒤 다시 시도해 주세요." },
    INTERRUPTED: { what: "연결이 끊어졌습니다.", fix: "네트워크 연결을 확인한 뒤 다시 시도해 주세요." },
    LINK_TIMEOUT: {
      what: "제시간에 미디어 연결이 이루어지지 않았습니다.",
      fix: "방화벽이 막고 있을 수 있습니다. 다른 네트워크를 쓰거나 답변을 입력해 주세요.",
    },
  },
  errorNumber: (id) => `오류 번호 ${id}`,
  serverSays: (message) => `서버 메시지: ${message}`,
  retryIn: (seconds) => `${seconds}초 뒤 다시 시도해 주세요.`,
};
