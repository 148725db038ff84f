import type { common as english } from "../en/common.js";

export const common: typeof english = {
  appName: "Parley",
  tagline: "듣고, 묻고, 결과까지 알려 주는 면접 연습",
  skipToContent: "본문으로 건너뛰기",
  language: "언어",
  home: "홈",
  signOut: "로그아웃",
  loading: "불러오는 중",
  retry: "다시 시도",
  cancel: "취소",
  back: "뒤로",
  close: "닫기",
  details: "자세히",
  required: "필수",
  fontLicence: "글꼴: Pretendard (SIL Open Font License)",
  notFoundTitle: "페이지를 찾을 수 없습니다",
  notFoundBody: "주소가 잘못되었거나 삭제된 면접입니다.",
  goHome: "홈으로 가기",
  reloadPage: "페이지 새로고침",
  crashTitle: "페이지가 멈췄습니다",
  crashBody: "이미 보낸 내용은 모두 보관되어 있습니다. 새로고침하면 있던 곳에서 이어집니다.",
};
