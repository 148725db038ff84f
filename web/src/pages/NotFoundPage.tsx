import { paths } from "../app/router.js";
import { useWords } from "../i18n/language.js";
import { Link } from "../ui/Link.js";
import { Page } from "../ui/Page.js";

export function NotFoundPage() {
  const { text } = useWords();
  return (
    <Page title={text.common.notFoundTitle}>
      <p>{text.common.notFoundBody}</p>
      <p>
        <Link href={paths.home}>{text.common.goHome}</Link>
      </p>
    </Page>
  );
}
