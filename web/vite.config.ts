import react from "@vitejs/plugin-react";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  build: {
    // The gateway's content security policy allows neither data: fonts nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  test: {
    include: ["src/**/*.test.ts"],
    isolate: false, // The tests leave nothing behind; one worker for many files saves seconds.
  },
  server: {
    // Only for `npm run dev`. Otherwise the gateway itself serves what is built here.
    proxy: { "^/parley\\.": loadEnv(mode, ".", "PARLEY_")["PARLEY_GATEWAY_URL"] ?? "http://127.0.0.1:8080" },
  },
}));
