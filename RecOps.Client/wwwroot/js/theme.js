// Runs before first paint, so that the page never flashes in the wrong theme. A file rather than an inline script, so
// that the content security policy can forbid inline scripts.
(() => {
  const key = 'recops.theme';
  const system = matchMedia('(prefers-color-scheme: dark)');
  let follower = null;

  const choice = () => {
    try {
      const stored = localStorage.getItem(key);
      return stored === 'light' || stored === 'dark' ? stored : 'system';
    } catch {
      return 'system'; // Storage is forbidden here, so the choice lasts only as long as the page.
    }
  };
  let current = choice();

  const isDark = () => current === 'dark' || (current === 'system' && system.matches);

  const apply = () => {
    document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
    follower?.invokeMethodAsync('Apply', current, isDark());
  };

  apply();
  system.addEventListener('change', apply);
  addEventListener('storage', event => {
    if (event.key === key) {
      current = choice();
      apply();
    }
  });

  window.recopsTheme = {
    isDark,
    follow: reference => {
      follower = reference;
      return current;
    },
    choose: next => {
      current = next;
      try {
        localStorage.setItem(key, next);
      } catch {
        // As above.
      }
      apply();
    },
  };
})();
